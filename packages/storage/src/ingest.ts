import { randomUUID } from 'node:crypto';
import { link, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { objectHashSchema } from '@assay/shared';
import { disk } from './disk.ts';
import { hashFile } from './hash-file.ts';
import { discardFile, Intake, type StagedFile } from './intake.ts';
import { detectFileType } from './media-type/file.ts';
import type { ObjectStore } from './store.ts';

/**
 * Stages a body, and waits until the file can be read. Rejects when it breaks off; then nothing is left on disk. The caller
 * either hands the file to the store or discards it.
 */
export async function stageFile(body: Readable, store: ObjectStore): Promise<StagedFile> {
  const intake = new Intake(store);
  try {
    for await (const chunk of body) await intake.write(chunk);
  } catch (error) {
    await intake.abort();
    throw error;
  }
  const staged = await intake.finish();
  try {
    await disk.finish(staged);
    return staged;
  } catch (error) {
    await discardFile(staged);
    throw error;
  }
}

/**
 * Stages a file that lies on the disk of the incoming folder, under a second name and without copying it: reads it once
 * and syncs it. It stays its owner's, who must not write to it any more. When this rejects, the second name is gone.
 */
export async function stageStoredFile(stored: string, store: ObjectStore): Promise<StagedFile> {
  const path = join(store.incoming, randomUUID());
  await link(stored, path);
  try {
    const file = await open(path, 'r+');
    try {
      const { sha256, ...facts } = await hashFile(file);
      await file.sync();
      return { path, ...facts, sha256: objectHashSchema.parse(sha256), type: await detectFileType(path) };
    } finally {
      await file.close();
    }
  } catch (error) {
    await discardFile({ path });
    throw error;
  }
}
