import type { Act, insertObjects, insertUploads, ModelStanding, RequestedPrediction, TakenRun } from '@assay/db';
import { findMismatch, listPreviewKinds, type Mismatch, type ObjectHash, type UploadAnswer } from '@assay/shared';
import { v7 as uuidv7 } from 'uuid';
import type { SignedIn } from '../access.ts';
import type { CheckedUpload } from './check-upload.ts';

/** A form whose files are rows of `objects`, in a run. */
export interface PlacedUpload extends CheckedUpload {
  user: SignedIn;
  runId: string;
  files: PlacedFile[];
  /** Each object once with each chosen model that accepts its type. */
  pairs: Pair[];
}

type PlacedFile = CheckedUpload['files'][number] & {
  id: number;
  /** It was here before this form, or an earlier one recorded with it. */
  known: boolean;
  /** Its row has just been made. */
  isNew: boolean;
  /** Where its object stands in lists; undefined: where it stood. */
  place: number | undefined;
  mismatch: Mismatch | null;
};

interface Pair {
  objectId: number;
  modelId: number;
}

/** Forms of one person, in the order they came, with the rows that their new files got. */
export function placeUploads(
  forms: (CheckedUpload & Pick<PlacedUpload, 'user' | 'runId'>)[],
  rows: Awaited<ReturnType<typeof insertObjects>>,
): PlacedUpload[] {
  const seen = new Set<ObjectHash>();
  return forms.map((form) => {
    const files = form.files.map((file) => {
      const { sha256, mime } = file.object;
      const linked = file.id === undefined ? undefined : { id: file.id, known: true, isNew: false, place: undefined };
      const row = linked ?? rows.get(sha256);
      if (!row) throw new Error(`Object ${sha256} has no row`);
      const { id, isNew, place } = row;
      const mismatch = findMismatch(file.fileName, mime);
      return { ...file, id, isNew, place, mismatch, known: row.known || seen.has(sha256) };
    });
    for (const { object } of files) seen.add(object.sha256);
    return { ...form, files, pairs: pairUp(files, form.models) };
  });
}

function pairUp(files: PlacedFile[], models: ModelStanding[]): Pair[] {
  const types = new Map(files.map(({ id, object }) => [id, object.mediaType]));
  return [...types].flatMap(([objectId, type]) =>
    models.filter(({ manifest }) => manifest.accepts.includes(type)).map((model) => ({ objectId, modelId: model.id })),
  );
}

export const nameOf = ({ objectId, modelId }: Pair): string => `${objectId} ${modelId}`;

/** The acts that brought the files in. */
export const toUploadRows = ({ user, runId, caseId, files }: PlacedUpload): Parameters<typeof insertUploads>[1] =>
  files.map(({ id, place, fileName, mismatch }, position) => ({
    id: uuidv7(),
    objectId: id,
    place,
    runId,
    caseId,
    uploadedBy: user.id,
    fileName,
    falseExtension: mismatch?.extension ?? null,
    position,
  }));

/** For the trail: a record for each file; and one for the run, when this is its first form. */
export function actsOf({ user: by, runId, caseId, files, models }: PlacedUpload, taken: Map<string, TakenRun>): Act[] {
  const asked = models.map(({ name, version }) => `${name} ${version}`);
  const run: Act = { by, act: 'run', subject: { kind: 'run', id: runId }, details: { models: asked, case: caseId } };
  const uploads = files.map(
    ({ object, fileName }): Act => ({
      by,
      act: 'upload',
      subject: { kind: 'object', id: object.sha256 },
      details: { fileName, size: object.size, run: runId, case: caseId },
    }),
  );
  return taken.get(runId)?.isNew ? [...uploads, run] : uploads;
}

/** Objects that were not here, of types that have previews. */
export const listNew = (uploads: PlacedUpload[]): number[] =>
  uploads.flatMap(({ files }) =>
    files.filter(({ known, object }) => !known && listPreviewKinds(object).length > 0).map(({ id }) => id),
  );

/** Which of the predictions each run asked for. */
export function listInRuns(uploads: PlacedUpload[], predictions: RequestedPrediction[]) {
  const ids = new Map(predictions.map((prediction) => [nameOf(prediction), prediction.id]));
  return uploads.flatMap(({ runId, pairs }) =>
    pairs.flatMap((pair) => {
      const predictionId = ids.get(nameOf(pair));
      return predictionId ? [{ runId, predictionId }] : [];
    }),
  );
}

/** The model's that need a job: only what has just been made; one asked for before has had its own. */
export const needJobs = (predictions: RequestedPrediction[], model: ModelStanding): RequestedPrediction[] =>
  predictions.filter(({ isNew, state, modelId }) => isNew && state === 'queued' && modelId === model.id);

export function answerTo(
  upload: PlacedUpload & { predictions: RequestedPrediction[] },
  models: Map<number, ModelStanding>,
): UploadAnswer {
  const byObject = Map.groupBy(upload.predictions, ({ objectId }) => objectId);
  return {
    'prediction objects': upload.files.map(({ object }) => object.md5),
    run: upload.runId,
    case: upload.caseId,
    objects: upload.files.map(({ fileName, mismatch, object, id, known }) => ({
      fileName,
      mismatch,
      ...object,
      known,
      predictions: (byObject.get(id) ?? []).flatMap(({ id, modelId, state }) => {
        const model = models.get(modelId);
        return model ? [{ id, state, model: model.name, version: model.version }] : [];
      }),
    })),
  };
}
