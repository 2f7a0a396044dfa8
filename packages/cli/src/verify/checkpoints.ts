import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Checkpoint, isSigned } from '@assay/db';
import { z } from 'zod';
import type { ChainWalk } from './chain.ts';
import type { Report } from './finding.ts';

const checkpointSchema = z.object({
  place: z.int().positive(),
  hash: z.string(),
  at: z.string(),
  publicKey: z.string(),
  signature: z.string(),
});

/** A checkpoint and where it is kept. */
export interface KeptCheckpoint extends Checkpoint {
  where: string;
}

/** Those in a folder; none when there is no such folder. A file that is none is reported. */
export async function readCheckpoints(folder: string, report: Report): Promise<KeptCheckpoint[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return [];
  });
  const kept: KeptCheckpoint[] = [];
  for (const name of names.filter((each) => each.endsWith('.json')).sort()) {
    const where = join(folder, name);
    const read = checkpointSchema.safeParse(await readJson(where));
    if (read.success) kept.push({ ...read.data, where });
    else report({ kind: 'checkpoint', name: where, message: 'is no checkpoint' });
  }
  return kept;
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Holds checkpoints against the chain that was walked to its end. Without `trusted` keys, each is taken at its word. */
export function checkCheckpoints(
  kept: readonly KeptCheckpoint[],
  walk: ChainWalk,
  { trusted, report }: { trusted: readonly string[]; report: Report },
): void {
  for (const checkpoint of kept) {
    const { where, place, at, publicKey } = checkpoint;
    const name = `checkpoint of place ${place} (${where})`;
    const say = (message: string) => report({ kind: 'checkpoint', name, message });
    if (!isSigned(checkpoint)) say('was altered: its signature is not right');
    else if (trusted.length > 0 && !trusted.includes(publicKey))
      say(`is signed by ${publicKey}, which is none of the keys that count`);
    else if (place > walk.place)
      say(
        `says that the chain had ${place} places at ${at}; it ends at ${walk.place} now: places ${walk.place + 1} to ${place} are gone`,
      );
    else if (walk.hashes.get(place) !== checkpoint.hash)
      say(`is not of this chain: what was at place ${place} at ${at}, or before it, was made anew`);
  }
}
