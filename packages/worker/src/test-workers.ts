import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import {
  addToRuns,
  chooseForRuns,
  type Db,
  ensureRuns,
  insertObjects,
  insertUploads,
  type JobSender,
  listCurrentModels,
  listPredictionsOf,
  listUploadCases,
  openDatabase,
  openSender,
  requestPredictions,
} from '@assay/db';
import { createTestDatabase } from '@assay/db/testing';
import { defaultLimits, type MediaType, mediaTypeSchema, type PredictionView } from '@assay/shared';
import { discardFile, type ObjectStore, openStore, stageFile } from '@assay/storage';
import { expect } from 'vitest';
import type { WorkerConfig } from './config.ts';
import { type RunningWorker, startWorker } from './main.ts';
import { sendJson, startTestModel, type TestModel } from './testing.ts';

const ada = { id: 'ada' };

/** Workers, models, a database and a store of a test's own. */
export interface TestWorkers {
  db: Db;
  databaseUrl: string;
  folder: string;
  store: ObjectStore;
  sender: JobSender;
  models: TestModel[];
  addModel(...args: Parameters<typeof startTestModel>): Promise<TestModel>;
  /** A worker for all of the models. */
  start(config?: Partial<WorkerConfig>): Promise<RunningWorker>;
  untilReady(): Promise<void>;
  bringIn(bytes: string | Buffer, options?: BringIn): Promise<Brought>;
  /** The one prediction of an object, or its first. */
  read(objectId: number): Promise<PredictionView | undefined>;
  untilFinal(...objectIds: number[]): Promise<void>;
  close(): Promise<void>;
}

interface BringIn {
  /** Of a text; unless said, what its bytes look like. */
  encoding?: string | null;
  /** Unless said, what its bytes look like. */
  mediaType?: MediaType;
  mime?: string;
  fileName?: string;
  /** In the models' lines. */
  place?: number;
  /** Names of models; unless said, all that accept its type. */
  models?: string[];
}

interface Brought {
  objectId: number;
  runId: string;
}

export const oneResult = { classes: ['n'], result: { n: 1 } };
export const succeed = (res: ServerResponse) => sendJson(res, 200, oneResult);

export async function openTestWorkers(place?: { databaseUrl: string }): Promise<TestWorkers> {
  const database = place ? { url: place.databaseUrl, drop: async () => {} } : await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'assay-test-worker-'));
  const storageUrl = pathToFileURL(folder).href;
  const store = await openStore(storageUrl);
  const { db, close } = openDatabase(database.url, { connections: 2 });
  const sender = await openSender(db);
  await db.execute(`insert into "user" (id, name, email, username) values ('ada', 'Ada', 'ada@assay.invalid', 'ada')`);
  const models: TestModel[] = [];
  const workers: RunningWorker[] = [];
  const read = async (objectId: number) => (await listPredictionsOf(db, ada, [objectId])).get(objectId)?.[0];
  const untilKnown = () =>
    expect
      .poll(() => listCurrentModels(db), { timeout: 20_000 })
      .toHaveLength(new Set(models.map(({ name }) => name)).size);
  const untilReady = async () => {
    const countReady = async () => (await listCurrentModels(db)).filter(({ state }) => state === 'ready').length;
    await expect.poll(countReady, { timeout: 20_000 }).toBe(new Set(models.map(({ name }) => name)).size);
  };
  return {
    db,
    databaseUrl: database.url,
    folder,
    store,
    sender,
    models,
    async addModel(...args) {
      const model = await startTestModel(...args);
      models.push(model);
      return model;
    },
    async start(config = {}) {
      const worker = await startWorker({
        databaseUrl: database.url,
        storageUrl,
        incoming: store.incoming,
        modelUrls: models.map(({ url }) => url),
        modelHosts: [],
        limits: defaultLimits,
        logLevel: 'silent',
        ...config,
      });
      let closing: Promise<void> | undefined;
      const once = {
        close() {
          closing ??= worker.close();
          return closing;
        },
      };
      workers.push(once);
      return once;
    },
    untilReady,
    async bringIn(bytes, options = {}) {
      await untilKnown();
      const { path, type, ...facts } = await stageFile(Readable.from([Buffer.from(bytes)]), store);
      await store.put(path, facts.sha256);
      await discardFile({ path });
      const mediaType = options.mediaType ?? mediaTypeSchema.parse(type.mediaType);
      const encoding = options.encoding ?? (mediaType === 'text' ? 'utf-8' : null);
      const mime = options.mime ?? (mediaType === 'text' ? 'text/plain' : 'image/png');
      const chosen = (await listCurrentModels(db)).filter(({ name }) => options.models?.includes(name) ?? true);
      const runId = randomUUID();
      return db.transaction(async (tx) => {
        const object = { ...facts, encoding, mediaType, mime };
        const objectId = (await insertObjects(tx, ada, [object])).get(facts.sha256)?.id ?? 0;
        const [within] = await listUploadCases(tx, ada, undefined);
        const made = { runId, caseId: within?.id ?? '' };
        await ensureRuns(tx, ada, [{ id: runId, caseId: made.caseId }]);
        const named = { uploadedBy: ada.id, fileName: options.fileName ?? 'a', position: 0 };
        await insertUploads(tx, [{ ...made, ...named, id: randomUUID(), objectId }]);
        await chooseForRuns(
          tx,
          chosen.map(({ id }) => ({ runId, modelId: id })),
        );
        for (const { id: modelId } of chosen.filter(({ manifest }) => manifest.accepts.includes(mediaType))) {
          const made = await requestPredictions(tx, [{ objectId, modelId, place: options.place ?? 0 }]);
          await addToRuns(
            tx,
            made.map(({ id }) => ({ runId, predictionId: id })),
          );
          await sender.send(
            tx,
            modelId,
            made.filter(({ isNew }) => isNew),
          );
        }
        return { objectId, runId };
      });
    },
    read,
    async untilFinal(...objectIds) {
      for (const id of objectIds)
        await expect.poll(() => read(id), { timeout: 60_000 }).toMatchObject({ finishedAt: expect.any(String) });
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close()));
      await Promise.all(models.map((model) => model.close()));
      await sender.close();
      await close();
      await store.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
