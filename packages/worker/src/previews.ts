import { hash, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import {
  beginPreviews,
  type Db,
  failPreview,
  finishPreview,
  isUploading,
  refuseSwept,
  SweptMeanwhile,
  uncountPreviews,
} from '@assay/db';
import { AppError, objectHashSchema, type PreviewKind } from '@assay/shared';
import { discardFile, type ObjectStore, putFiles } from '@assay/storage';
import type { Logger } from 'pino';
import type { PreviewProcess } from './previews/process.ts';

const lookEvery = 1_000;

/**
 * Resolves when no files come in: to take them in comes before what is made to look at them, which is made at once for
 * whoever asks. Rejects at the signal.
 */
export async function waitForUploads(db: Db, signal: AbortSignal): Promise<void> {
  while (await isUploading(db)) await wait(lookEvery, undefined, { signal });
}

interface Place {
  db: Db;
  store: ObjectStore;
  decoder: PreviewProcess;
  log: Logger;
}

/**
 * Makes the previews of an object that are not there yet, or writes down why there are none. Safe to run again, and at the
 * same time. Rejects when store or database are away, or at the signal: then nothing is held against the file. Bytes that
 * the store has lost are a reason.
 */
export async function makePreviews(place: Place, objectId: number, signal: AbortSignal): Promise<void> {
  const { db, store, decoder, log } = place;
  const begun = await beginPreviews(db, objectId);
  if (!begun || begun.mediaType === 'text') return;
  const { sha256, size, mime, mediaType } = begun;
  const read = async (start: number, end: number) => buffer(await store.read(sha256, { start, end }));
  const open = new Set(begun.kinds);
  try {
    // Apart, since a waveform takes the whole recording, and may take too long.
    for (const kinds of [
      begun.kinds.filter((kind) => kind !== 'waveform'),
      begun.kinds.filter((kind) => kind === 'waveform'),
    ]) {
      if (kinds.length === 0) continue;
      for (const outcome of await decoder.make({ kinds, size, mime, mediaType }, read, signal)) {
        if ('bytes' in outcome) await keep(place, objectId, outcome.kind, outcome.bytes);
        else await failPreview(db, objectId, outcome.kind, outcome.reason);
        open.delete(outcome.kind);
      }
    }
  } catch (error) {
    await uncountPreviews(db, objectId, [...open]);
    if (!(error instanceof AppError && error.code === 'object_not_found')) throw error;
    // The store answers, and does not have it: nobody is helped by waiting.
    for (const kind of open) await failPreview(db, objectId, kind, error.message);
  }
  log.debug({ sha256, kinds: begun.kinds }, 'previews made');
}

/** Bytes before rows, as for objects. */
async function keep({ db, store }: Place, objectId: number, kind: PreviewKind, bytes: Uint8Array): Promise<void> {
  const sha256 = objectHashSchema.parse(hash('sha256', bytes));
  const path = join(store.incoming, randomUUID());
  await writeFile(path, bytes, { flush: true });
  try {
    for (;;) {
      const found = await putFiles(store, [{ path, sha256 }]);
      try {
        return await db.transaction(async (tx) => {
          await refuseSwept(tx, found, (each) => store.has(each));
          await finishPreview(tx, objectId, { kind, sha256, size: bytes.length });
        });
      } catch (error) {
        if (!(error instanceof SweptMeanwhile)) throw error;
      }
    }
  } finally {
    await discardFile({ path });
  }
}
