import { type Asker, listDeletions, listObjectsByHashes, type ModelStanding } from '@assay/db';
import {
  AppError,
  type ErrorDetail,
  listReached,
  type Manifest,
  type MediaType,
  mediaTypeSchema,
  mediaTypes,
  type ObjectFacts,
  type ObjectHash,
  uploadFields,
  type WebhookField,
} from '@assay/shared';
import { z } from 'zod';
import type { App } from '../app.ts';
import { emptyFile } from './file-size.ts';
import type { LinkedFile } from './read-link.ts';
import { isReceived, type ReadUpload, type ReceivedFile, type SentFile } from './read-upload.ts';

/** A form without fault. */
export interface CheckedUpload {
  /** In the order sent. `id` is of an object that is there, and that no bytes came for. */
  files: { fileName: string; object: ObjectFacts; id?: number }[];
  models: ModelStanding[];
  /** The run that the sender wants to add to; undefined: a new one. */
  runId: string | undefined;
  webhook?: WebhookField | undefined;
  caseId: string;
}

/** Finds every fault of a form. Throws the first of them, with all of them as details. */
export async function checkUpload(app: App, sender: Asker, upload: ReadUpload): Promise<CheckedUpload> {
  const expected = readExpectedType(upload.modelType);
  const linked = await findLinked(app, sender, upload.files);
  const { caseId } = upload;
  const files = upload.files.map((file) => (isReceived(file) ? checkFile(file) : checkLink(file, linked)));
  const sound = files.flatMap((file) => ('object' in file ? [file] : []));
  const { models, faults: modelFaults } = await findModels(
    app,
    upload.models,
    expected.type ? [expected.type] : sound.map(({ object }) => object.mediaType),
  );
  const faults = [
    ...upload.faults,
    ...expected.faults,
    ...(upload.files.length === 0 ? [noFiles] : []),
    ...files.flatMap((file) => ('object' in file ? [] : [file])),
    ...sound.filter(({ object }) => expected.type && object.mediaType !== expected.type).map(wrongType),
    ...modelFaults,
    ...checkRun(upload.run),
    ...(typeof caseId === 'string' ? [] : [caseId]),
  ];
  refuseFaults(faults);
  if (typeof caseId !== 'string') throw AppError.of(caseId);
  return { files: sound, models, runId: upload.run, caseId, webhook: upload.webhook };
}

/** Every fault that a form shows before any of its files has come. */
export async function findFormFaults(
  app: App,
  form: Pick<ReadUpload, 'models' | 'modelType' | 'run'>,
): Promise<ErrorDetail[]> {
  const expected = readExpectedType(form.modelType);
  const { faults } = await findModels(app, form.models, expected.type ? [expected.type] : []);
  return [...expected.faults, ...faults, ...checkRun(form.run)];
}

export function refuseFaults(faults: ErrorDetail[]): void {
  const [first, ...others] = faults;
  if (first) throw AppError.of(first, ...others);
}

const noFiles: ErrorDetail = {
  code: 'invalid_request',
  field: 'objects',
  message: 'You must send at least one file in the field objects, or name one that is there in the field known',
};

const badRun: ErrorDetail = { code: 'invalid_request', field: 'run', message: 'run is a UUID' };

const checkRun = (run: string | undefined): ErrorDetail[] => (run && !z.uuid().safeParse(run).success ? [badRun] : []);

function readExpectedType(given: string | undefined): { type?: MediaType; faults: ErrorDetail[] } {
  if (!given) return { faults: [] };
  const type = mediaTypeSchema.safeParse(given);
  if (type.success) return { type: type.data, faults: [] };
  const message = `model_type is one of ${mediaTypes.join(', ')}, not ${given}`;
  return { faults: [{ code: 'invalid_request', field: 'model_type', message }] };
}

function checkFile(file: ReceivedFile): CheckedUpload['files'][number] | ErrorDetail {
  const { fileName, sha256, md5, sha1, size, type } = file;
  if (size === 0) return emptyFile(fileName);
  if (type.mediaType === null) {
    const message = `${fileName} is ${type.is}. Assay takes images, video, audio and text.`;
    return { code: 'unsupported_media', file: fileName, message };
  }
  return { fileName, object: { sha256, md5, sha1, size, ...type } };
}

type Linked = Map<ObjectHash, { object: ObjectFacts; id: number; deleted: boolean }>;

async function findLinked(app: App, sender: Asker, files: SentFile[]): Promise<Linked> {
  const links = files.flatMap((file) => (isReceived(file) ? [] : [file.link]));
  if (links.length === 0) return new Map();
  const rows = await listObjectsByHashes(app.db, sender, [...new Set(links)]);
  const deletions = await listDeletions(
    app.db,
    sender,
    rows.map(({ id }) => id),
  );
  return new Map(
    rows.map(({ id, storedAt: _stored, releasedAt: _released, ...object }) => [
      object.sha256,
      { object, id, deleted: deletions.has(id) },
    ]),
  );
}

function checkLink({ fileName, link }: LinkedFile, linked: Linked): CheckedUpload['files'][number] | ErrorDetail {
  const found = linked.get(link);
  if (found && !found.deleted) return { fileName, object: found.object, id: found.id };
  const send = `Send the bytes of ${fileName} in the field objects`;
  const at = { file: fileName, field: uploadFields.known };
  return found
    ? { ...at, code: 'object_deleted', message: `The bytes of ${link} were deleted. ${send} to bring it back` }
    : { ...at, code: 'object_not_found', message: `No object ${link} is known here. ${send}` };
}

// The old system's sentence, word for word.
const wrongType = ({ fileName, object }: CheckedUpload['files'][number]): ErrorDetail => ({
  code: 'invalid_type',
  file: fileName,
  field: 'model_type',
  message: `Invalid type for object: ${fileName} is type: ${object.mediaType}`,
});

/**
 * The chosen models, and whether each exists and gets something to do: one of the types at hand (none at hand: any will do),
 * or what another of them makes.
 */
async function findModels(
  app: App,
  names: string[],
  types: MediaType[],
): Promise<{ models: ModelStanding[]; faults: ErrorDetail[] }> {
  const chosen = [...new Set(names.filter((name) => name !== ''))];
  if (chosen.length === 0) {
    const message = 'You must specify models to process objects with';
    return { models: [], faults: [{ code: 'no_models', field: 'models', message }] };
  }
  const models = await app.findModels(chosen);
  const known = new Set(models.map(({ name }) => name));
  const unknown = chosen.filter((name) => !known.has(name));
  const manifests = models.map(({ manifest }) => manifest);
  const reached = new Set(types.length > 0 ? listReached(manifests, types) : manifests);
  const faults = manifests.filter((manifest) => !reached.has(manifest)).map(explainIdle);
  if (unknown.length > 0) {
    // The old system's sentence, word for word.
    const message = `Invalid Models Specified: ${unknown.join(', ')}`;
    faults.unshift({ code: 'invalid_models', field: 'models', message });
  }
  return { models, faults };
}

function explainIdle({ name, accepts }: Manifest): ErrorDetail {
  const takes = accepts.join(', ');
  const either = accepts.join(' or ');
  const message = `${name} takes ${takes}; none of the files is ${either} and none of the chosen models emits ${either}`;
  return { code: 'invalid_models', field: 'models', message };
}
