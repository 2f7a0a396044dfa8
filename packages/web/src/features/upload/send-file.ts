import { errorBodySchema, uploadAnswerSchema, uploadFields } from '@assay/shared';

export interface Parcel {
  file: File;
  path: string;
  models: readonly string[];
  run: string;
}

export type Outcome =
  | { kind: 'sent'; known: boolean; sha256: string }
  | { kind: 'refused'; reason: string }
  | { kind: 'unreachable' }
  | { kind: 'signed-out' }
  | { kind: 'aborted' };

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function readOutcome(status: number, text: string): Outcome {
  if (status === 401) return { kind: 'signed-out' };
  const body = parse(text);
  const answer = uploadAnswerSchema.safeParse(body);
  const object = answer.data?.objects[0];
  if (status === 202 && object !== undefined) return { kind: 'sent', known: object.known, sha256: object.sha256 };
  const fault = errorBodySchema.safeParse(body).data?.error;
  const details = fault?.details.map(({ message }) => message).join(' ');
  return { kind: 'refused', reason: details || fault?.message || `The server answered ${status} without a reason.` };
}

/** One file, one request. XMLHttpRequest, because fetch says nothing of the bytes that have gone out. */
export function sendFile({ file, path, models, run }: Parcel, onProgress: (sentBytes: number) => void) {
  const request = new XMLHttpRequest();
  const outcome = new Promise<Outcome>((resolve) => {
    request.onload = () => resolve(readOutcome(request.status, request.responseText));
    request.onerror = () => resolve({ kind: 'unreachable' });
    request.onabort = () => resolve({ kind: 'aborted' });
  });
  request.upload.onprogress = ({ loaded }) => onProgress(loaded);
  const form = new FormData();
  for (const model of models) form.append(uploadFields.models, model);
  form.append(uploadFields.run, run);
  // Last, so that the server knows all about the file before its first byte.
  form.append(uploadFields.objects, file, path);
  request.open('POST', '/model/predict');
  request.send(form);
  return { outcome, abort: () => request.abort() };
}
