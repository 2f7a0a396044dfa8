import { findMismatch, type MediaType, type UploadAnswer, uploadFields } from '@assay/shared';
import { AssayError } from '../client/assay-error.ts';
import type { AssayClient } from '../client/create-client.ts';
import type { ModelsByType } from './choose-models.ts';
import type { HashedFile } from './hash-file.ts';
import { notIn, type Outcome } from './outcome.ts';
import { explainFault } from './read-fault.ts';
import type { UnfinishedUploads } from './unfinished-uploads.ts';
import { askPatiently, type Patience } from './with-patience.ts';

/** Larger files go by tus. Less is quicker sent again than asked about. */
const formBytes = 32 << 20;

/** What all files of one command have in common. */
export interface Delivery {
  client: AssayClient;
  /** Of the server. */
  url: string;
  unfinished: UnfinishedUploads;
  run: string;
  models: ModelsByType;
  modelType: MediaType | undefined;
  /** By name or id; undefined: the sender's private one. */
  case: string | undefined;
  patience: Patience;
  /** Hears how many bytes of a large file have gone out. */
  onSent: (file: HashedFile, bytes: number) => void;
}

type Entry = UploadAnswer['objects'][number];

/** The outcome of a file that no chosen model takes, without asking; undefined: it can be sent. */
export function refuseType({ models, modelType }: Delivery, file: HashedFile): Outcome | undefined {
  const about = describe(file);
  if (modelType && file.mediaType !== modelType)
    return notIn('refused', about, 'invalid_type', `It is ${file.mediaType}, not ${modelType} as --model-type says`);
  if (models[file.mediaType].length > 0) return undefined;
  return notIn('refused', about, 'invalid_models', `None of the chosen models takes ${file.mediaType}`);
}

/** Links objects that the server has, in one request. Undefined: it can't be done for all of them at once. */
export async function linkObjects(delivery: Delivery, files: HashedFile[]): Promise<Outcome[] | undefined> {
  const { client, run, models, patience, case: within } = delivery;
  const types = new Set(files.map(({ mediaType }) => mediaType));
  const request = {
    run,
    case: within,
    known: files.map(({ sha256, fileName }) => ({ sha256, fileName })),
    models: [...new Set([...types].flatMap((type) => models[type]))],
  };
  try {
    const { objects } = await askPatiently(() => client.upload(request), patience);
    return files.map((file, i) => readEntry(file, objects[i]));
  } catch (error) {
    if (error instanceof AssayError && !endsAll(error)) return undefined;
    throw error;
  }
}

/** Brings one file in. Throws what concerns every other file as well: see `endsAll`. */
export async function sendObject(delivery: Delivery, file: HashedFile): Promise<Outcome> {
  try {
    const { objects } = await (file.size > formBytes ? sendLarge : sendForm)(delivery, file);
    return readEntry(file, objects[0]);
  } catch (error) {
    if (isLengthFault(error)) return notIn('failed', describe(file), 'changed', 'It changed while it was sent');
    if (!(error instanceof AssayError)) return explainFault(describe(file), error);
    if (endsAll(error)) throw error;
    const isTransfer = error.status === undefined || error.status >= 500 || transferFaults.has(error.code);
    return notIn(isTransfer ? 'failed' : 'refused', describe(file), error.code, error.message);
  }
}

function sendForm(delivery: Delivery, file: HashedFile): Promise<UploadAnswer> {
  const { client, run, models, patience, onSent, case: within } = delivery;
  const request = {
    run,
    case: within,
    files: [{ path: file.at, fileName: file.fileName }],
    models: models[file.mediaType],
  };
  return askPatiently(() => client.upload(request, { onSent: (bytes) => onSent(file, bytes) }), patience);
}

/** By tus, which goes on where it broke off: now, or in a later run of the command. */
async function sendLarge(delivery: Delivery, file: HashedFile): Promise<UploadAnswer> {
  const { client, url, run, patience, onSent, unfinished, case: within } = delivery;
  const models = delivery.models[file.mediaType];
  const about = { url, sha256: file.sha256, fileName: file.fileName, models, case: within };
  let id = await unfinished.find(about);
  const request = { run, case: within, file: { path: file.at, fileName: file.fileName }, models };
  const attempt = () =>
    client.uploadResumable(request, {
      id,
      signal: patience.stop,
      onSent: (bytes) => onSent(file, bytes),
      onBegun: async (begun) => {
        id = begun;
        await unfinished.remember(about, begun);
      },
    });
  try {
    const answer = await askPatiently(attempt, patience);
    await unfinished.forget(about);
    if (answer.run === run) return answer;
    // It was begun by an earlier run, and belongs to that; so this run gets it too.
    const known = [{ sha256: file.sha256, fileName: file.fileName }];
    const linked = await askPatiently(() => client.upload({ run, case: within, known, models }), patience);
    return { ...linked, objects: answer.objects };
  } catch (error) {
    if (error instanceof AssayError && !error.isPassing && !endsAll(error)) await unfinished.forget(about);
    throw error;
  }
}

const transferFaults = new Set(['incomplete_upload', 'request_timeout']);

const isLengthFault = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH';

const hopeless: (number | undefined)[] = [undefined, 401, 403, 429, 502, 503, 504, 507];

/** After this no other file has a chance: nobody answers, or not us, or not as we understand, or there is no room or no case. */
const endsAll = ({ status, details }: AssayError): boolean =>
  hopeless.includes(status) ||
  (status !== undefined && status < 300) ||
  details.some(({ field }) => field === uploadFields.case);

function readEntry(file: HashedFile, entry: Entry | undefined): Outcome {
  const about = describe(file);
  if (entry?.sha256 !== file.sha256)
    return notIn('failed', about, 'changed', `It changed while it was sent: the server has ${entry?.sha256}`);
  const { known, mediaType, mime, mismatch } = entry;
  return { ...about, mediaType, mime, mismatch, state: known ? 'known' : 'stored', error: null };
}

const describe = (file: HashedFile) => ({
  path: file.path,
  size: file.size,
  sha256: file.sha256,
  mediaType: file.mediaType,
  mime: file.mime,
  mismatch: findMismatch(file.fileName, file.mime),
});
