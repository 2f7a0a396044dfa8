import { uploadFields } from '@assay/shared';
import { explainUnreachable, type Outcome, type Parcel, readOutcome, type Transfer } from './outcome.ts';

/** One file, one request. XMLHttpRequest, because fetch says nothing of the bytes that have gone out. */
function sendForm(
  parcel: Parcel,
  addFile: (form: FormData) => void,
  onProgress: (sentBytes: number) => void,
): Transfer {
  const { models, run, file, case: within } = parcel;
  const request = new XMLHttpRequest();
  const outcome = new Promise<Outcome>((resolve) => {
    request.onload = () => resolve(readOutcome(request.status, request.responseText));
    request.onerror = () => resolve(explainUnreachable(file));
    request.onabort = () => resolve({ kind: 'stopped' });
  });
  request.upload.onprogress = ({ loaded }) => onProgress(loaded);
  const form = new FormData();
  for (const model of models) form.append(uploadFields.models, model);
  form.append(uploadFields.run, run);
  if (within !== undefined) form.append(uploadFields.case, within);
  // Last, so that the server knows all about the file before its first byte.
  addFile(form);
  request.open('POST', '/model/predict');
  request.send(form);
  return { outcome, cancel: () => request.abort() };
}

export const sendBytes = (parcel: Parcel, onProgress: (sentBytes: number) => void): Transfer =>
  sendForm(parcel, (form) => form.append(uploadFields.objects, parcel.file, parcel.path), onProgress);

/** Makes an upload of an object that is here, without its bytes. */
export const sendLink = (parcel: Parcel, sha256: string): Transfer =>
  sendForm(
    parcel,
    (form) => form.append(uploadFields.known, JSON.stringify({ sha256, fileName: parcel.path })),
    () => {},
  );
