import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { type House, startHouse } from '@assay/cli/testing';
import { sql } from 'drizzle-orm';
import { makeNoise } from '../ingest/noise.ts';

export const fileBytes = 50_000;
const filesPerForm = 250;

/** A house with an API, a worker and a model of its own that answers at once. */
export interface InstantHouse {
  house: House;
  modelUrl: string;
  worker: ChildProcess;
  auth: { authorization: string };
  /** Sends new files in one form, for the model. */
  upload(files: number): Promise<void>;
  /**
   * Uploads so many objects and then lets the model answer. Predictions a second, from the first question to the model to
   * the last commit. `around` is called before the model may begin and after that commit.
   */
  measureRate(objects: number, around?: { before(): Promise<void>; after(): Promise<void> }): Promise<number>;
  /** The model takes work; when this returns, the worker knows. */
  wake(): Promise<void>;
  stop(): Promise<void>;
}

export async function startInstantHouse(): Promise<InstantHouse> {
  const model = fork(new URL('./model.ts', import.meta.url));
  const [port] = await once(model, 'message');
  const modelUrl = `http://127.0.0.1:${port}`;
  const house = await startHouse([modelUrl]);
  const { db } = house.database;
  await house.startApi();
  const worker = house.startWorker();
  const auth = await house.signIn();

  const tell = async (status: 'ready' | 'starting') => {
    model.send({ status });
    while ((await db.execute(sql`select 1 from model_endpoints where state <> ${status}`)).length > 0) await wait(100);
  };
  const countLeft = async () => {
    const [row] = await db.execute<{ n: number }>(
      sql`select count(*)::int as n from predictions
        where model_id = (select id from models where name = 'instant') and state in ('queued', 'running')`,
    );
    return row?.n ?? 0;
  };
  const upload = async (files: number) => {
    const form = new FormData();
    form.append('models', 'instant');
    for (let i = 0; i < files; i++)
      form.append('objects', new Blob([Buffer.concat([...makeNoise(fileBytes)])]), `${i}.wav`);
    const answer = await fetch(`${house.url}/model/predict`, { method: 'POST', headers: auth, body: form });
    if (!answer.ok) throw new Error(`The upload answered ${answer.status}: ${await answer.text()}`);
    await answer.arrayBuffer();
  };

  while ((await db.execute(sql`select 1 from model_endpoints where model_id is not null`)).length === 0)
    await wait(100);
  return {
    house,
    modelUrl,
    worker,
    auth,
    upload,
    wake: () => tell('ready'),
    async measureRate(objects, around) {
      await tell('starting');
      for (let sent = 0; sent < objects; sent += filesPerForm) await upload(Math.min(filesPerForm, objects - sent));
      const total = await countLeft();
      await around?.before();
      model.send({ status: 'ready', expected: total });
      await once(model, 'message');
      const began = performance.now();
      // While the model answers nobody else asks the database anything.
      await once(model, 'message');
      while ((await countLeft()) > 0) await wait(5);
      const rate = total / ((performance.now() - began) / 1000);
      await around?.after();
      await tell('starting');
      return rate;
    },
    async stop() {
      await house.stop();
      model.disconnect();
    },
  };
}
