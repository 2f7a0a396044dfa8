import { canAddToRun } from '@assay/db';
import { AppError, type ErrorDetail, resumableKeys } from '@assay/shared';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';
import { findFormFaults, refuseFaults } from './check-upload.ts';
import { findNameFault, keepableName } from './file-name.ts';
import { findSizeFault } from './file-size.ts';
import { findUploadCase } from './find-case.ts';
import { noRun } from './record-uploads.ts';
import type { ResumableRecord } from './resumable-store.ts';

type Metadata = ResumableRecord['metadata'];

/**
 * Writes down a new resumable upload, once nothing speaks against it that can be told before its bytes move. Throws
 * every fault that the form shows, as `checkUpload` does, or `storage_full`.
 */
export async function beginResumable(
  app: App,
  user: SignedIn,
  upload: { id: string; size: number; metadata: Metadata },
): Promise<void> {
  const { id, size, metadata } = upload;
  const form = readResumableForm(metadata);
  const caseId = await findUploadCase(app, user, form.case);
  const { fileBytes, nameCharacters } = app.config.limits;
  const sizeFault = findSizeFault(form.fileName, size, fileBytes);
  const nameFault = findNameFault(form.fileName, nameCharacters);
  refuseFaults([
    ...(sizeFault ? [sizeFault] : []),
    ...(nameFault ? [nameFault] : []),
    ...(metadata[resumableKeys.filename] ? [] : [noName]),
    ...Object.keys(metadata).flatMap((key) => (knownKeys.includes(key) ? [] : [unknownKey(key)])),
    ...(await findFormFaults(app, form)),
    ...(typeof caseId === 'string' ? [] : [caseId]),
  ]);
  if (typeof caseId !== 'string') throw AppError.of(caseId);
  if (form.run && !(await canAddToRun(app.db, user, { id: form.run, caseId }))) throw noRun(form.run);
  const space = await app.space.claim(size);
  space.release();
  await app.resumables.begin(id, { owner: user.id, caseId, size, metadata });
}

/** The form of an upload, from its metadata. */
export function readResumableForm(metadata: Metadata) {
  const { filename, models, modelType, run, case: caseKey } = resumableKeys;
  return {
    fileName: keepableName(metadata[filename] ?? undefined),
    models: (metadata[models] ?? '').split(',').map((name) => name.trim()),
    modelType: metadata[modelType] ?? undefined,
    run: metadata[run] ?? undefined,
    case: metadata[caseKey] ?? undefined,
  };
}

const knownKeys: string[] = Object.values(resumableKeys);

const noName: ErrorDetail = {
  code: 'invalid_request',
  field: resumableKeys.filename,
  message: 'Upload-Metadata must have the key filename: the name of the file',
};

const unknownKey = (key: string): ErrorDetail => ({
  code: 'invalid_request',
  field: key,
  message: `Unknown key ${key} in Upload-Metadata. The keys are ${knownKeys.join(', ')}`,
});
