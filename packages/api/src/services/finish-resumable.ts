import { AppError } from '@assay/shared';
import { discardFile, stageStoredFile } from '@assay/storage';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';
import { readResumableForm } from './begin-resumable.ts';
import { findUploadCase } from './find-case.ts';
import type { Outcome } from './resumable-store.ts';
import { storeUpload } from './store-upload.ts';

/** Checks and stores an upload that has all its bytes, once however often and by however many it is asked. */
export type FinishResumable = (user: SignedIn, id: string) => Promise<Outcome>;

/**
 * A refusal is an outcome and is kept. What is no fault of the upload (database away, store full) rejects, its bytes
 * stay, and whoever asks next has it tried again; so does a restart in the middle.
 */
export function resumableFinisher(app: App): FinishResumable {
  const underway = new Map<string, Promise<Outcome>>();
  return (user, id) => {
    const running = underway.get(id) ?? finish(app, user, id).finally(() => underway.delete(id));
    underway.set(id, running);
    return running;
  };
}

async function finish(app: App, user: SignedIn, id: string): Promise<Outcome> {
  const record = await app.resumables.find(id);
  if (!record) throw new AppError('upload_not_found', 'There is no such upload of yours');
  if (record.outcome) return record.outcome;
  const { fileName, case: named, ...form } = readResumableForm(record.metadata);
  // What is received stays until there is an outcome.
  const staged = await stageStoredFile(app.resumables.pathOf(id), app.store);
  const caseId = await findUploadCase(app, user, record.caseId ?? named).catch(async (error: unknown) => {
    await discardFile(staged);
    throw error;
  });
  const outcome = await storeUpload(app, user, {
    ...form,
    caseId,
    files: [{ ...staged, fileName }],
    faults: [],
  }).then(
    (answer): Outcome => ({ status: 200, body: answer }),
    (error: unknown): Outcome => {
      if (error instanceof AppError && error.status < 500) return { status: error.status, body: error.toBody() };
      throw error;
    },
  );
  await app.resumables.settle(id, outcome);
  return outcome;
}
