import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Db } from '../client.ts';
import type { Checkpoint, CheckpointKey } from './checkpoint.ts';
import { Sealer } from './seal.ts';

export interface Sealing {
  /** Seals what there is, and ends. */
  close(): Promise<void>;
}

export interface SealingOptions {
  key: CheckpointKey;
  /** A folder where each checkpoint is written as a file, to be kept elsewhere. */
  checkpointDir: string;
  checkpointSeconds: number;
  onError(error: unknown): void;
}

const sealMilliseconds = 500;

/** Seals records within a second of their commit, and signs checkpoints. Any number of processes may: one at a time does. */
export async function startSealing(db: Db, options: SealingOptions): Promise<Sealing> {
  const { key, checkpointDir, checkpointSeconds, onError } = options;
  await mkdir(checkpointDir, { recursive: true });
  const sealer = new Sealer(db);
  const turn = async () => {
    try {
      for (;;) {
        const { more, checkpoint } = await sealer.seal({ key, everySeconds: checkpointSeconds });
        if (checkpoint) await writeCheckpoint(checkpointDir, checkpoint);
        if (!more) return;
      }
    } catch (error) {
      onError(error);
    }
  };
  let turning: Promise<void> | undefined;
  /** Not while the last one goes on: those that a database that hangs holds up would all come after it. */
  const takeTurn = () => {
    turning ??= turn().finally(() => {
      turning = undefined;
    });
    return turning;
  };
  const turns = setInterval(() => void takeTurn(), sealMilliseconds);
  void takeTurn();
  return {
    async close() {
      clearInterval(turns);
      await turning;
      await turn();
    },
  };
}

async function writeCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  const path = join(folder, `checkpoint-${String(checkpoint.place).padStart(12, '0')}.json`);
  await writeFile(`${path}.tmp`, `${JSON.stringify(checkpoint)}\n`, { flush: true });
  await rename(`${path}.tmp`, path);
}
