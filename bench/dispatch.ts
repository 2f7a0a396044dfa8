import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type House, startHouse } from '@assay/cli/testing';
import { sql } from 'drizzle-orm';
import { runBareLoop, runRq, startBullmq, startRedis } from './dispatch/peers.ts';
import { pickHashes, storePredictions } from './dispatch/store-predictions.ts';
import { makeNoise } from './ingest/noise.ts';

/** Rates are predictions a second, ratios those of one run. Null: not measured. */
export interface DispatchFigures {
  predictionsPerSecond: number;
  /** In the first round, while the worker is still being compiled. */
  coldPredictionsPerSecond: number;
  ratioToBareLoop: number;
  /** To a BullMQ worker that asks by `fetch`. */
  ratioToBullmq: number | null;
  /** To one that asks by undici, as we do. */
  ratioToBullmqByUndici: number | null;
  ratioToRq: number | null;
  latencyMedianMs: number;
  byHashP95Ms: number | null;
  /** Of the first questions. */
  coldByHashP95Ms: number | null;
  growth: number | null;
  /** Processor time of the worker and of Postgres for one prediction. */
  workerCpuMs: number;
  postgresCpuMs: number;
  workerRssMiB: number;
}

interface DispatchSize {
  objects: number;
  /** Rounds that do not count: each contender stays one process, and is compiled as it goes. */
  warm: number;
  rounds: number;
  latencies: number;
  stored: number;
  peers: boolean;
}

const fileBytes = 50_000;
const filesPerForm = 250;

/** Everything that dispatch promises, in one run, with one API, one worker and a PostgreSQL of its own. */
export async function measureDispatch(size: DispatchSize, tell: (what: string) => void): Promise<DispatchFigures> {
  const model = fork(new URL('./dispatch/model.ts', import.meta.url));
  const [port] = await once(model, 'message');
  const modelUrl = `http://127.0.0.1:${port}`;
  const peers = size.peers ? await startPeers(modelUrl) : {};
  tell('Starting Assay');
  const house = await startHouse([modelUrl]);
  await house.startApi();
  const worker = house.startWorker();
  try {
    const auth = await house.signIn();
    while (
      (await house.database.db.execute(sql`select 1 from model_endpoints where model_id is not null`)).length === 0
    )
      await wait(100);
    let cpu = { worker: 0, postgres: 0 };
    const measureAssay = async () => {
      await uploadAll(house, auth, size.objects);
      const before = await readCpus(worker.pid, house.postgresPid());
      const rate = await measureRate(house, model);
      const after = await readCpus(worker.pid, house.postgresPid());
      const per = (a: number, b: number) => (b - a) / size.objects;
      cpu = { worker: per(before.worker, after.worker), postgres: per(before.postgres, after.postgres) };
      return rate;
    };
    const paths = await writeFiles(house.folder, size.objects);
    const contenders: Record<string, () => Promise<number>> = {
      assay: measureAssay,
      bare: () => runBareLoop(modelUrl, paths),
      ...Object.fromEntries(Object.entries(peers).map(([name, peer]) => [name, () => peer.run(paths)])),
    };
    const rates = Object.fromEntries(Object.keys(contenders).map((name): [string, number[]] => [name, []]));
    for (let round = 0; round < size.warm + size.rounds; round++) {
      tell(`${size.objects} objects${round < size.warm ? ', to warm up' : ''}`);
      for (const [name, run] of Object.entries(contenders)) {
        const rate = await run();
        tell(`  ${name} ${Math.round(rate)}/s`);
        rates[name]?.push(rate);
      }
    }
    const spent = cpu;
    model.send({ status: 'ready' });
    tell(`${size.latencies} single files`);
    const latencyMedianMs = await measureLatency(house, auth, size.latencies);
    let grown: { byHashP95Ms: number; coldByHashP95Ms: number; rate: number } | undefined;
    if (size.stored > 0) {
      tell(`Storing ${size.stored} predictions`);
      await storePredictions(house.database.db, size.stored);
      await rest(house, model);
      tell(`${size.objects} objects more, ${size.rounds} times`);
      const ratesThen: number[] = [];
      for (let round = 0; round < size.rounds; round++) ratesThen.push(await measureAssay());
      // All that was stored would be written to the disk meanwhile, and every record of who saw what would wait for it.
      await house.database.db.execute(sql`checkpoint`);
      tell('Questions by hash');
      grown = { ...(await measureByHash(house, auth, size.stored)), rate: median(ratesThen) };
    }
    const rateOf = (name: string) => median((rates[name] ?? []).slice(size.warm));
    const own = rateOf('assay');
    const ratioTo = (name: string) => (name in rates ? round(own / rateOf(name)) : null);
    return {
      predictionsPerSecond: Math.round(own),
      coldPredictionsPerSecond: Math.round(rates.assay?.[0] ?? Number.NaN),
      ratioToBareLoop: ratioTo('bare') ?? Number.NaN,
      ratioToBullmq: ratioTo('bullmq'),
      ratioToBullmqByUndici: ratioTo('bullmqByUndici'),
      ratioToRq: ratioTo('rq'),
      latencyMedianMs,
      byHashP95Ms: grown?.byHashP95Ms ?? null,
      coldByHashP95Ms: grown?.coldByHashP95Ms ?? null,
      growth: grown ? round(grown.rate / own) : null,
      workerCpuMs: round(spent.worker),
      postgresCpuMs: round(spent.postgres),
      workerRssMiB: await readRss(worker.pid),
    };
  } finally {
    await house.stop();
    for (const peer of Object.values(peers)) await peer.stop();
    model.disconnect();
  }
}

interface Peer {
  run(paths: string[]): Promise<number>;
  stop(): unknown;
}

/** With a Redis of their own. RQ gets a fifth of the files: it has nothing to warm up, and its rate is the same. */
async function startPeers(modelUrl: string): Promise<Record<string, Peer>> {
  const redis = await startRedis();
  return {
    bullmq: startBullmq(redis.port, modelUrl, 'fetch'),
    bullmqByUndici: startBullmq(redis.port, modelUrl, 'undici'),
    rq: {
      run: (paths) => runRq(redis.port, modelUrl, paths.slice(0, Math.ceil(paths.length / 5))),
      stop: () => redis.stop(),
    },
  };
}

async function uploadAll(house: House, auth: Record<string, string>, objects: number): Promise<void> {
  for (let sent = 0; sent < objects; sent += filesPerForm)
    await upload(house, auth, Math.min(filesPerForm, objects - sent));
}

async function upload(house: House, headers: Record<string, string>, files: number): Promise<void> {
  const form = new FormData();
  form.append('models', 'instant');
  for (let i = 0; i < files; i++)
    form.append('objects', new Blob([Buffer.concat([...makeNoise(fileBytes)])]), `${i}.wav`);
  const answer = await fetch(`${house.url}/model/predict`, { method: 'POST', headers, body: form });
  if (!answer.ok) throw new Error(`The upload answered ${answer.status}: ${await answer.text()}`);
  await answer.arrayBuffer();
}

/** From the first question to the model to the last commit. While the model answers nobody else asks the database anything. */
async function measureRate(house: House, model: ReturnType<typeof fork>): Promise<number> {
  const { db } = house.database;
  const countLeft = async () => {
    const [row] = await db.execute<{ n: number }>(
      sql`select count(*)::int as n from predictions
        where model_id = (select id from models where name = 'instant') and state in ('queued', 'running')`,
    );
    return row?.n ?? 0;
  };
  const total = await countLeft();
  model.send({ status: 'ready', expected: total });
  await once(model, 'message');
  const began = performance.now();
  await once(model, 'message');
  while ((await countLeft()) > 0) await wait(5);
  const rate = total / ((performance.now() - began) / 1000);
  await rest(house, model);
  return rate;
}

/** The model takes no more work, and the worker knows. */
async function rest({ database: { db } }: House, model: ReturnType<typeof fork>): Promise<void> {
  model.send({ status: 'starting' });
  while ((await db.execute(sql`select 1 from model_endpoints where state <> 'starting'`)).length > 0) await wait(100);
}

async function writeFiles(folder: string, count: number): Promise<string[]> {
  await mkdir(join(folder, 'files'));
  const paths = Array.from({ length: count }, (_, i) => join(folder, 'files', `${i}.wav`));
  for (const path of paths) await writeFile(path, Buffer.concat([...makeNoise(fileBytes)]));
  return paths;
}

/** From the first byte sent to the commit of the result, which the database itself tells. */
async function measureLatency(house: House, auth: Record<string, string>, times: number): Promise<number> {
  const { db, listen } = house.database;
  let heard = Promise.withResolvers<void>();
  await listen('assay_runs', () => heard.resolve());
  const took: number[] = [];
  while ((await db.execute(sql`select 1 from model_endpoints where state <> 'ready'`)).length > 0) await wait(100);
  for (let i = 0; i < times; i++) {
    await wait(200);
    heard = Promise.withResolvers();
    const began = performance.now();
    await Promise.all([upload(house, auth, 1), heard.promise]);
    took.push(performance.now() - began);
  }
  return round(median(took));
}

/** Questions by hash: of an API and a database that have just started, until these have compiled and planned them, and then. */
const questions = { cold: 400, between: 1_100, warm: 400 };

async function measureByHash(house: House, headers: Record<string, string>, stored: number) {
  const took: number[] = [];
  for (let i = 0; i < questions.cold + questions.between + questions.warm; i++) {
    const hashes = await pickHashes(house.database.db, 100, stored);
    const input = encodeURIComponent(JSON.stringify(hashes));
    const began = performance.now();
    const answer = await fetch(`${house.url}/trpc/predictions.byHash?input=${input}`, { headers });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`predictions.byHash answered ${answer.status}`);
    took.push(performance.now() - began);
  }
  return { coldByHashP95Ms: p95(took.slice(0, questions.cold)), byHashP95Ms: p95(took.slice(-questions.warm)) };
}

/** Milliseconds of processor time so far. */
async function readCpus(worker: number | undefined, postgres: number) {
  return { worker: await readCpu(Number(worker), false), postgres: await readCpu(postgres, true) };
}

async function readCpu(pid: number, children: boolean): Promise<number> {
  const tick = 10;
  const read = async (of: number) => {
    const stat = await readFile(`/proc/${of}/stat`, 'utf8').catch(() => ''); // it has ended
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [user = 0, system = 0, ended = 0, endedSystem = 0] = fields.slice(11, 15).map(Number);
    return (user + system + (children ? ended + endedSystem : 0)) * tick;
  };
  const own = await read(pid);
  if (!children) return own;
  const pids = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').filter(Boolean);
  const theirs = await Promise.all(pids.map((child) => read(Number(child))));
  return theirs.reduce((sum, one) => sum + one, own);
}

async function readRss(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
}

const p95 = (values: number[]) =>
  round(values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? Number.NaN);
const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const round = (value: number) => Math.round(value * 100) / 100;

export function printDispatch(figures: DispatchFigures): void {
  for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(24)} ${value ?? 'not measured'}`);
}
