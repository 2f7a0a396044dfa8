import {
  addToRun,
  type Db,
  ensureRun,
  insertObjects,
  insertUploads,
  type ModelStanding,
  type RequestedPrediction,
  requestPredictions,
} from '@assay/db';
import { AppError, findMismatch, type UploadAnswer } from '@assay/shared';
import { v7 as uuidv7 } from 'uuid';
import type { App } from '../app.ts';
import type { SignedIn } from '../auth.ts';
import { type CheckedUpload, checkUpload } from './check-upload.ts';
import { discardFiles, isReceived, type ReadUpload } from './read-upload.ts';
import { storeBytes } from './store-bytes.ts';

/**
 * Makes objects, uploads, a run and its predictions of a form that was read, all or nothing: any fault
 * fails it with every fault in the details, and nothing is kept. Bytes are in the store before any row
 * names them.
 */
export async function storeUpload(app: App, user: SignedIn, upload: ReadUpload): Promise<UploadAnswer> {
  try {
    const checked = await checkUpload(app, user, upload);
    return await storeBytes(app, upload.files.filter(isReceived), (tx) => recordUpload(app, tx, user, checked));
  } finally {
    await discardFiles(upload.files);
  }
}

async function recordUpload(app: App, tx: Db, user: SignedIn, upload: CheckedUpload): Promise<UploadAnswer> {
  const runId = upload.runId ?? uuidv7();
  if ((await ensureRun(tx, { id: runId, askedBy: user.id })) !== user.id)
    throw new AppError('run_not_found', `There is no run ${runId} of yours`);

  const stored = await insertObjects(
    tx,
    user,
    upload.files.flatMap(({ object, id }) => (id === undefined ? [object] : [])),
  );
  const files = upload.files.map(({ fileName, object, id }) => {
    const row = id === undefined ? stored.get(object.sha256) : { id, known: true };
    if (!row) throw new Error(`Object ${object.sha256} has no row`);
    return { fileName, object, mismatch: findMismatch(fileName, object.mime), ...row };
  });
  await insertUploads(
    tx,
    files.map(({ id, fileName, mismatch }, position) => ({
      id: uuidv7(),
      objectId: id,
      runId,
      uploadedBy: user.id,
      fileName,
      falseExtension: mismatch?.extension ?? null,
      position,
    })),
  );

  const predictions = await requestPredictions(tx, pairUp(files, upload.models));
  await addToRun(
    tx,
    runId,
    predictions.map(({ id }) => id),
  );
  const models = new Map(upload.models.map((model) => [model.id, model]));
  const byObject = Map.groupBy(predictions, ({ objectId }) => objectId);
  for (const model of upload.models) await app.sender.send(tx, model.name, newOnes(predictions, model));

  return {
    'prediction objects': files.map(({ object }) => object.md5),
    run: runId,
    objects: files.map(({ fileName, mismatch, object, id, known }) => ({
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

type StoredFile = CheckedUpload['files'][number] & { id: number };

/** Each object once with each chosen model that accepts its type. */
function pairUp(files: StoredFile[], models: ModelStanding[]) {
  const types = new Map(files.map(({ id, object }) => [id, object.mediaType]));
  return [...types].flatMap(([objectId, type]) =>
    models.filter(({ manifest }) => manifest.accepts.includes(type)).map((model) => ({ objectId, modelId: model.id })),
  );
}

/** Only a prediction that has just been made needs a job; one asked for before has had its own. */
const newOnes = (predictions: RequestedPrediction[], model: ModelStanding) =>
  predictions.filter(({ isNew, modelId }) => isNew && modelId === model.id).map(({ id }) => id);
