import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ObjectHash, objectHashSchema } from '@assay/shared';
import { hashFile } from './hash-file.ts';
import { Intake } from './intake.ts';
import { detectFileType, restOfFile } from './media-type/file.ts';
import { type DetectedType, detectMediaType } from './media-type/index.ts';
import type { ObjectStore } from './store.ts';

/** A file that has been read to its end and lies, synced, in the store's incoming folder. */
export interface StagedFile {
  path: string;
  sha256: ObjectHash;
  md5: string;
  sha1: string;
  /** Bytes. */
  size: number;
  type: DetectedType;
}

/**
 * Reads a body once: hashes it, counts it, tells its type and writes it to disk, in constant memory.
 * Rejects when the body breaks off; then nothing is left on disk. The caller either hands the
 * file to the store or discards it. With `ownsChunks` the body's chunks are of no use to anybody afterwards:
 * for bodies that come from the network.
 */
export async function stageFile(
  body: Readable,
  store: ObjectStore,
  { ownsChunks = false }: { ownsChunks?: boolean } = {},
): Promise<StagedFile> {
  const path = join(store.incoming, randomUUID());
  const intake = new Intake(path, ownsChunks);
  try {
    await pipeline(body, intake);
    const { head, sha256, ...facts } = intake.facts;
    const type = await detectMediaType(head, restOfFile(path, facts.size));
    return { path, ...facts, sha256: objectHashSchema.parse(sha256), type };
  } catch (error) {
    if (!intake.closed) await once(intake, 'close');
    await discardFile({ path });
    throw error;
  }
}

/**
 * Stages a file that lies in the incoming folder already, where it is: a resumable upload's. Reads it once and syncs
 * it. The file stays its owner's when this rejects.
 */
export async function stageStoredFile(path: string): Promise<StagedFile> {
  const file = await open(path, 'r+');
  try {
    const { sha256, ...facts } = await hashFile(file);
    await file.sync();
    return { path, ...facts, sha256: objectHashSchema.parse(sha256), type: await detectFileType(path) };
  } finally {
    await file.close();
  }
}

/** Removes a staged file that the store has not taken. */
export const discardFile = (staged: Pick<StagedFile, 'path'>): Promise<void> => rm(staged.path, { force: true });
