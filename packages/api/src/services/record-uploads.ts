import {
  addToRuns,
  addWebhook,
  answerTogether,
  bringBack,
  chooseForRuns,
  type Db,
  ensureRuns,
  findWebhookSecret,
  followInRuns,
  holdSucceeded,
  inOneStatement,
  insertObjects,
  insertPredictions,
  insertUploads,
  type ModelStanding,
  notifyRun,
  planPredictions,
  type RequestedPrediction,
  recordActs,
  refuseRemoved,
  refuseSwept,
  requestPredictions,
  type TakenRun,
  transact,
  type WantedRun,
} from '@assay/db';
import {
  AppError,
  type DerivationLimits,
  type ObjectHash,
  type UploadAnswer,
  uploadFields,
  type WebhookField,
} from '@assay/shared';
import { v7 as uuidv7 } from 'uuid';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';
import type { Arrivals } from './arrivals.ts';
import type { CheckedUpload } from './check-upload.ts';
import {
  actsOf,
  answerTo,
  listInRuns,
  listNew,
  nameOf,
  needJobs,
  placeUploads,
  toUploadRows,
} from './placed-upload.ts';
import { reachStore } from './reach-store.ts';
import type { StoredBytes } from './store-bytes.ts';
import { actOn } from './webhooks.ts';

/** A form without fault, and its sender. */
export interface UploadToRecord {
  user: SignedIn;
  upload: CheckedUpload;
  stored: StoredBytes;
}

interface Ledger extends Pick<App, 'db' | 'sender' | 'line' | 'store' | 'log'> {
  derivations: DerivationLimits;
}

/** Forms in one transaction: a commit costs as much for many small files as for one. */
const mostTogether = 100;

/**
 * Records uploads: objects, uploads, a run and its predictions with their jobs, all of a form or nothing. Forms that
 * come while others are being recorded go into the next transaction together; one that can't be recorded fails alone.
 */
export function uploadRecorder(ledger: Ledger, arrivals: Arrivals): (form: UploadToRecord) => Promise<UploadAnswer> {
  const record = async (forms: readonly UploadToRecord[]) => {
    const answers = new Map<UploadToRecord, UploadAnswer | Error>();
    for (const own of Map.groupBy(forms, ({ user }) => user.id).values())
      for (const [form, answer] of await recordOrSaveRest(ledger, own)) answers.set(form, answer);
    return forms.map((form) => answers.get(form) ?? new Error('A form was not recorded'));
  };
  return answerTogether(record, { most: mostTogether, atOnce: 2, gather: () => arrivals.wait() });
}

type Outcome = [UploadToRecord, UploadAnswer | Error];

async function recordOrSaveRest(ledger: Ledger, forms: UploadToRecord[]): Promise<Outcome[]> {
  try {
    const answers = await transact(ledger.db, (tx) => recordUploads(tx, ledger, forms));
    return forms.map((form, i) => [form, answers[i] ?? new Error('A form has no answer')]);
  } catch (error) {
    const [only, ...others] = forms;
    if (only && others.length === 0) return [[only, error instanceof Error ? error : new Error(String(error))]];
    const outcomes: Outcome[] = [];
    for (const form of forms) outcomes.push(...(await recordOrSaveRest(ledger, [form])));
    return outcomes;
  }
}

/** All forms are one person's. */
async function recordUploads(tx: Db, ledger: Ledger, forms: UploadToRecord[]): Promise<UploadAnswer[]> {
  const user = forms[0]?.user;
  if (!user) return [];
  const found = forms.flatMap(({ stored }) => stored.found);
  const allStored = Promise.all(forms.map(({ stored }) => stored.all));
  allStored.catch(() => {}); // of no interest when something fails before
  await refuseSwept(tx, found, (sha256) => reachStore(ledger, ledger.store.has(sha256)));
  const named = forms.map(({ upload, user }) => ({ ...upload, user, runId: upload.runId ?? uuidv7() }));
  const runs = named.map(({ runId, caseId }) => ({ id: runId, caseId }));
  const news = named.flatMap(({ files }) => files.flatMap(({ object, id }) => (id === undefined ? [object] : [])));
  // Statements that need nothing of each other go to the database in one breath, and in this order.
  const [taken, rows] = await Promise.all([takeRuns(tx, user, runs), insertObjects(tx, user, news)]);
  const placed = placeUploads(named, rows);
  const pairs = placed.flatMap(({ runId, pairs }) =>
    pairs.map((pair) => ({ ...pair, runId, priority: taken.get(runId)?.priority ?? 'normal' })),
  );
  const distinct = new Map(pairs.toReversed().map((pair) => [nameOf(pair), pair]));
  const models = new Map(named.flatMap((upload) => upload.models).map((model) => [model.id, model]));
  const queue = (predictions: RequestedPrediction[]) =>
    Promise.all([...models.values()].map((model) => ledger.sender.send(tx, model.id, needJobs(predictions, model))));
  const wanted = await ledger.line.place(tx, [...distinct.values()]);
  // Of an object that has just been made nobody has asked anything before, so nothing waits for what the database says.
  const made = new Set(placed.flatMap(({ files }) => files.filter(({ isNew }) => isNew).map(({ id }) => id)));
  const planned = planPredictions(wanted.filter(({ objectId }) => made.has(objectId)));
  const [requested] = await Promise.all([
    inOneStatement(tx, (one) =>
      Promise.all([
        insertUploads(one, placed.flatMap(toUploadRows)),
        insertPredictions(one, planned),
        addToRuns(one, listInRuns(placed, planned)),
        recordActs(
          one,
          placed.flatMap((upload) => actsOf(upload, taken)),
        ),
        chooseForRuns(
          one,
          named.flatMap(({ runId, models }) => models.map(({ id }) => ({ runId, modelId: id }))),
        ),
      ]),
    )
      .then(() => bringAllBack(tx, ledger, placed, allStored))
      .then(() =>
        requestPredictions(
          tx,
          wanted.filter(({ objectId }) => !made.has(objectId)),
        ),
      ),
    queue(planned),
    ledger.sender.sendObjects(tx, 'preview', listNew(placed)),
  ]);
  await Promise.all([addToRuns(tx, listInRuns(placed, requested)), queue(requested)]);
  const byPair = new Map([...planned, ...requested].map((prediction) => [nameOf(prediction), prediction]));
  const asked = placed.map((upload) => ({
    ...upload,
    predictions: upload.pairs.flatMap((pair) => byPair.get(nameOf(pair)) ?? []),
  }));
  await goOn(tx, ledger, asked, models);
  await addWebhooks(tx, ledger, user, named);
  // Where everything is known, nothing that changes would tell that the run is finished.
  for (const { runId, predictions } of asked)
    if (predictions.length > 0 && !predictions.some(({ isNew }) => isNew)) await notifyRun(tx, runId);
  await allStored;
  return asked.map((upload) => answerTo(upload, models));
}

/** One address has one secret in a run, whichever of its requests names it first. */
async function addWebhooks(
  tx: Db,
  { sender }: Ledger,
  user: SignedIn,
  forms: { runId: string; webhook?: WebhookField | undefined }[],
): Promise<void> {
  for (const { runId, webhook } of forms) {
    if (!webhook) continue;
    if (await addWebhook(tx, sender, { runId, ...webhook, addedBy: user.id })) {
      await recordActs(tx, [actOn(user, 'add_webhook', { run: runId, url: webhook.url })]);
      continue;
    }
    if ((await findWebhookSecret(tx, runId, webhook.url)) === webhook.secret) continue;
    const message = 'This run has a webhook with this address and another secret';
    throw AppError.of({ code: 'webhook_exists', field: uploadFields.webhook, message });
  }
}

/** What was deleted from a case, and is uploaded into it again, is back; so are its bytes, if they had gone. */
async function bringAllBack(
  tx: Db,
  ledger: Ledger,
  uploads: { caseId: string; files: { id: number; isNew: boolean }[] }[],
  allStored: Promise<unknown>,
): Promise<void> {
  const needed: ObjectHash[] = [];
  for (const { caseId, files } of uploads) {
    const old = files.filter(({ isNew }) => !isNew).map(({ id }) => id);
    needed.push(...(await bringBack(tx, old, { caseId })));
  }
  if (needed.length > 0) await allStored;
  await refuseRemoved(tx, needed, (sha256) => reachStore(ledger, ledger.store.has(sha256)));
}

/** What was predicted before may have made objects, which the new runs' models have not seen. */
async function goOn(
  tx: Db,
  { sender, line, derivations }: Ledger,
  asked: { runId: string; predictions: RequestedPrediction[] }[],
  models: Map<number, ModelStanding>,
): Promise<void> {
  const known = asked.flatMap(({ runId, predictions }) =>
    predictions
      .filter(({ isNew, modelId }) => !isNew && models.get(modelId)?.manifest.emits.length)
      .map(({ id }) => ({ runId, predictionId: id })),
  );
  const done = new Set(await holdSucceeded(tx, [...new Set(known.map(({ predictionId }) => predictionId))]));
  const front = known.filter(({ predictionId }) => done.has(predictionId));
  for (const [modelId, jobs] of await followInRuns(tx, front, { line, limits: derivations }))
    await sender.send(tx, modelId, jobs);
}

/** Throws `run_not_found`. */
async function takeRuns(tx: Db, user: SignedIn, runs: WantedRun[]): Promise<Map<string, TakenRun>> {
  const taken = await ensureRuns(tx, user, runs);
  const refused = runs.find(({ id }) => !taken.has(id));
  if (refused) throw noRun(refused.id);
  return taken;
}

export const noRun = (id: string) =>
  new AppError('run_not_found', `There is no run ${id} of yours in this case that takes more files`);
