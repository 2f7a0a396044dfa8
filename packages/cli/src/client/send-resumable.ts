import { createReadStream, type PathLike } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resumableKeys, resumableStateSchema, type UploadAnswer, uploadAnswerSchema } from '@assay/shared';
import { AssayError } from './assay-error.ts';
import type { Caller } from './caller.ts';
import type { UploadRequest } from './create-client.ts';

export interface ResumableRequest extends Omit<UploadRequest, 'files' | 'known'> {
  file: { path: PathLike; fileName: string };
}

export interface ResumableOptions {
  /** Of an upload that was begun before and broke off; the server may have forgotten it, then it begins anew. */
  id?: string | undefined;
  /** Hears the id of an upload that begins: with it, it can go on later. */
  onBegun?: (id: string) => void | Promise<void>;
  signal?: AbortSignal;
  /** Hears how many bytes the server has been sent, those of before included. */
  onSent?: (bytes: number) => void;
}

const base = '/upload/tus';
const version = { 'tus-resumable': '1.0.0' };

/**
 * Uploads one file by tus 1.0, from where an earlier attempt broke off. The protocol is three requests, so no library:
 * tus-js-client ends the process when a file can't be read.
 */
export async function sendResumable(
  caller: Caller,
  request: ResumableRequest,
  { id, onBegun, signal, onSent }: ResumableOptions,
): Promise<UploadAnswer> {
  const { path } = request.file;
  const { size } = await stat(path);
  const resumed = id === undefined ? undefined : await findState(caller, id, signal);
  if (resumed?.state === 'done') return resumed.answer;
  if (resumed?.state === 'failed')
    throw new AssayError(resumed.error.code, resumed.error.message, { ...resumed.error, status: resumed.status });
  const upload = resumed && id !== undefined ? id : await begin(caller, request, size, signal);
  if (!resumed) await onBegun?.(upload);
  const offset = resumed?.state === 'receiving' ? resumed.offset : resumed ? size : 0;
  const headers = {
    ...version,
    'content-type': 'application/offset+octet-stream',
    'content-length': String(size - offset),
    'upload-offset': String(offset),
  };
  const body = offset < size ? readFrom(path, offset, size, onSent) : undefined;
  return caller.callJson({ method: 'PATCH', path: `${base}/${upload}`, headers, body, signal }, uploadAnswerSchema);
}

/** Undefined: the server has forgotten it. */
async function findState(caller: Caller, id: string, signal?: AbortSignal) {
  try {
    return await caller.callJson({ method: 'GET', path: `${base}/${id}`, signal }, resumableStateSchema);
  } catch (error) {
    if (error instanceof AssayError && error.status === 404) return undefined;
    throw error;
  }
}

async function begin(caller: Caller, request: ResumableRequest, size: number, signal?: AbortSignal): Promise<string> {
  const { file, models, modelType, run } = request;
  const metadata = {
    [resumableKeys.filename]: file.fileName,
    [resumableKeys.models]: models.join(','),
    [resumableKeys.modelType]: modelType,
    [resumableKeys.run]: run,
    [resumableKeys.case]: request.case,
  };
  const pairs = Object.entries(metadata).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key} ${Buffer.from(value).toString('base64')}`],
  );
  const headers = { ...version, 'upload-length': String(size), 'upload-metadata': pairs.join(',') };
  const answer = await caller.call({ method: 'POST', path: base, headers, signal });
  await answer.body.dump();
  const id = answer.headers.location?.toString().split('/').at(-1);
  if (!id) throw new AssayError('unexpected_answer', 'The server began an upload and did not say which');
  return id;
}

async function* readFrom(path: PathLike, offset: number, size: number, onSent: (bytes: number) => void = () => {}) {
  let sent = offset;
  for await (const piece of createReadStream(path, { start: offset, end: size - 1, highWaterMark: 256 * 1024 })) {
    yield piece as Buffer;
    sent += piece.length;
    onSent(sent);
  }
}
