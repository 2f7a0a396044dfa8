import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { AppError, type ErrorDetail, uploadFields } from '@assay/shared';
import { discardFile, type StagedFile, stageFile } from '@assay/storage';
import busboy, { type Busboy } from 'busboy';
import type { App } from '../app.ts';
import { cleanName } from './clean-name.ts';
import { type LinkedFile, readLink } from './read-link.ts';

/** A multipart request, read to its end: its files lie in the store's incoming folder, not yet objects. */
export interface ReadUpload {
  /** In the order sent. */
  files: SentFile[];
  models: string[];
  modelType: string | undefined;
  run: string | undefined;
  /** What is wrong with the form itself. */
  faults: ErrorDetail[];
}

export type SentFile = ReceivedFile | LinkedFile;

export interface ReceivedFile extends StagedFile {
  /** As its sender named it: shown, never used as a path. */
  fileName: string;
  /** It was longer than is allowed, and was cut there. */
  truncated: boolean;
}

export const isReceived = (file: SentFile): file is ReceivedFile => 'path' in file;

// A link is a field, and counts as a file.
const limits = { files: 10_000, fields: 12_000, fieldSize: 10_000, fieldNameSize: 200 };

// A client that sends nothing for this long has gone.
const idleMilliseconds = 60_000;

/**
 * Reads the form, fields in any order. Throws `invalid_request` when it is no form, `incomplete_upload`
 * when it breaks off, `storage_full`; then nothing of it is left on disk. Otherwise the caller owns the files.
 */
export async function readUpload(app: App, req: IncomingMessage): Promise<ReadUpload> {
  const form = openForm(req, app.config.limits.fileBytes);
  const upload: ReadUpload = { files: [], models: [], modelType: undefined, run: undefined, faults: [] };
  const sent: (Promise<ReceivedFile> | LinkedFile)[] = [];

  form.on('field', (name, value, info) => {
    const read = readField(upload, name, value, info);
    if (read && 'link' in read) sent.push(read);
    else if (read) upload.faults.push(read);
  });
  form.on('file', (field, body, info) => {
    const fileName = cleanName(info.filename);
    if (field !== uploadFields.objects) {
      upload.faults.push(unknownField(field, fileName));
      body.resume();
      return;
    }
    const staged = stageFile(body, app.store, { ownsChunks: true }).then((file) => ({
      ...file,
      fileName,
      truncated: body.truncated === true,
    }));
    // A file that can't be written stops the whole form: nothing more will be read.
    staged.catch((error: unknown) => form.destroy(error instanceof Error ? error : new Error(String(error))));
    sent.push(staged);
  });
  const tooMany = (what: 'files' | 'fields') =>
    upload.faults.push({ code: 'invalid_request', message: `At most ${limits[what]} ${what} in one request` });
  for (const [event, what] of [
    ['filesLimit', 'files'],
    ['fieldsLimit', 'fields'],
  ] as const)
    form.on(event, () => tooMany(what));

  req.setTimeout(idleMilliseconds, () => form.destroy(new AppError('request_timeout', 'No bytes came for a minute')));
  try {
    await pipeline(req, form);
    upload.files = await Promise.all(sent);
    if (upload.files.length > limits.files) tooMany('files');
    return upload;
  } catch (error) {
    const read = await Promise.allSettled(sent);
    await discardFiles(read.flatMap((file) => (file.status === 'fulfilled' ? [file.value] : [])));
    throw explainFailure(error);
  }
}

/** Removes what `readUpload` left in the incoming folder. */
export async function discardFiles(files: SentFile[]): Promise<void> {
  await Promise.all(files.filter(isReceived).map(discardFile));
}

function openForm(req: IncomingMessage, maxFileBytes: number): Busboy {
  try {
    // Names are kept with their folders, as people sort their files.
    const options = { preservePath: true, defParamCharset: 'utf8' };
    return busboy({
      headers: req.headers,
      fileHwm: 1 << 20,
      limits: { ...limits, fileSize: maxFileBytes },
      ...options,
    });
  } catch (error) {
    const message = 'Send a multipart/form-data body with the fields objects (files) and models (names)';
    throw new AppError('invalid_request', message, { cause: error });
  }
}

function readField(
  upload: ReadUpload,
  name: string,
  value: string,
  info: { nameTruncated: boolean; valueTruncated: boolean },
): LinkedFile | ErrorDetail | undefined {
  if (info.nameTruncated || info.valueTruncated)
    return { code: 'invalid_request', field: name, message: `The field is longer than ${limits.fieldSize} bytes` };
  if (name === uploadFields.models) upload.models.push(value);
  else if (name === uploadFields.modelType) upload.modelType = value;
  else if (name === uploadFields.run) upload.run = value;
  else if (name === uploadFields.known) return readLink(value);
  else if (name === uploadFields.objects)
    return { code: 'invalid_request', field: name, message: 'objects is a file, not a text: send it with a file name' };
  else return unknownField(name);
  return undefined;
}

function unknownField(field: string, file?: string): ErrorDetail {
  const known = Object.values(uploadFields).join(', ');
  return { code: 'invalid_request', field, file, message: `Unknown field ${field}. The fields are ${known}` };
}

function explainFailure(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  if ('code' in error && error.code === 'ENOSPC')
    return new AppError('storage_full', 'The store has no space left for this upload', { cause: error });
  // Of files and folders; everything else here is the form's or the connection's fault.
  if ('syscall' in error && error.syscall !== 'read') return error;
  return new AppError('incomplete_upload', `The upload broke off or is not a proper form: ${error.message}`, {
    cause: error,
  });
}
