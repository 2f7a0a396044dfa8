import { listCurrentModels, type ModelStanding } from '@assay/db';
import {
  AppError,
  type ErrorDetail,
  type MediaType,
  mediaTypeSchema,
  mediaTypes,
  type ObjectFacts,
} from '@assay/shared';
import { z } from 'zod';
import type { App } from '../app.ts';
import type { ReadUpload, ReceivedFile } from './read-upload.ts';

/** A form without fault. */
export interface CheckedUpload {
  files: { fileName: string; object: ObjectFacts }[];
  models: ModelStanding[];
  /** The run that the sender wants to add to; undefined: a new one. */
  runId: string | undefined;
}

/** Finds every fault of a form. Throws the first of them, with all of them as details. */
export async function checkUpload(app: App, upload: ReadUpload): Promise<CheckedUpload> {
  const expected = readExpectedType(upload.modelType);
  const files = upload.files.map((file) => checkFile(file, app.config.limits.fileBytes));
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
    ...(upload.run && !z.uuid().safeParse(upload.run).success ? [badRun] : []),
  ];
  const [first, ...others] = faults;
  if (first) throw AppError.of(first, ...others);
  return { files: sound, models, runId: upload.run };
}

const noFiles: ErrorDetail = {
  code: 'invalid_request',
  field: 'objects',
  message: 'You must send at least one file in the field objects',
};

const badRun: ErrorDetail = { code: 'invalid_request', field: 'run', message: 'run is a UUID' };

function readExpectedType(given: string | undefined): { type?: MediaType; faults: ErrorDetail[] } {
  if (!given) return { faults: [] };
  const type = mediaTypeSchema.safeParse(given);
  if (type.success) return { type: type.data, faults: [] };
  const message = `model_type is one of ${mediaTypes.join(', ')}, not ${given}`;
  return { faults: [{ code: 'invalid_request', field: 'model_type', message }] };
}

function checkFile(file: ReceivedFile, maxBytes: number): CheckedUpload['files'][number] | ErrorDetail {
  const { fileName, sha256, md5, sha1, size, type } = file;
  if (size === 0) return { code: 'empty_file', file: fileName, message: `${fileName} is empty` };
  if (file.truncated) {
    const message = `${fileName} is larger than ${maxBytes} bytes, the most that one file may have here`;
    return { code: 'file_too_large', file: fileName, message };
  }
  if (type.mediaType === null) {
    const message = `${fileName} is ${type.is}. Assay takes images, video, audio and text.`;
    return { code: 'unsupported_media', file: fileName, message };
  }
  return { fileName, object: { sha256, md5, sha1, size, ...type } };
}

// The old system's sentence, word for word.
const wrongType = ({ fileName, object }: CheckedUpload['files'][number]): ErrorDetail => ({
  code: 'invalid_type',
  file: fileName,
  field: 'model_type',
  message: `Invalid type for object: ${fileName} is type: ${object.mediaType}`,
});

/** The chosen models, and whether each exists and takes one of the types at hand (none at hand: any will do). */
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
  const models = await listCurrentModels(app.db, { names: chosen });
  const fit = new Set(
    models
      .filter(({ manifest }) => types.length === 0 || manifest.accepts.some((type) => types.includes(type)))
      .map(({ name }) => name),
  );
  const unfit = chosen.filter((name) => !fit.has(name));
  if (unfit.length === 0) return { models, faults: [] };
  const message = `Invalid Models Specified: ${unfit.join(', ')}`;
  return { models, faults: [{ code: 'invalid_models', field: 'models', message }] };
}
