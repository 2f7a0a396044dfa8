import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { Pool } from 'undici';
import { fileBytes, type InstantHouse, startInstantHouse } from './dispatch/instant-house.ts';
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
  /** The rate with so many predictions stored to that with none: the median of rounds taken one right after the other. */
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

/** Everything that dispatch promises, in one run; each house with one API, one worker and a PostgreSQL of its own. */
export async function measureDispatch(size: DispatchSize, tell: (what: string) => void): Promise<DispatchFigures> {
  tell('Starting Assay');
  const plain = await startInstantHouse();
  const running: { stop(): unknown }[] = [plain];
  try {
    const peers = size.peers ? await startPeers(plain.modelUrl) : {};
    running.push(...Object.values(peers));
    const full = size.stored > 0 ? await startInstantHouse() : undefined;
    if (full) {
      running.push(full);
      tell(`Storing ${size.stored} predictions in another one`);
      await storePredictions(full.house.database.db, size.stored);
    }
    const cpu = watchCpu(plain, size.objects);
    const paths = await writeFiles(plain.house.folder, size.objects);
    const contenders: Record<string, () => Promise<number>> = {
      assay: () => plain.measureRate(size.objects, cpu),
      ...(full && { full: () => full.measureRate(size.objects) }),
      bare: () => runBareLoop(plain.modelUrl, paths),
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
    tell(`${size.latencies} single files`);
    await plain.wake();
    const latencyMedianMs = await measureLatency(plain, size.latencies);
    const workerRssMiB = await readRss(plain.worker.pid);
    // What is asked by hash has nothing to do with any of the others.
    for (const other of running.filter((one) => one !== full)) {
      await other.stop();
      running.splice(running.indexOf(other), 1);
    }
    if (full) tell('Questions by hash');
    const byHash = full && (await measureByHash(full, size.stored));
    const counted = (name: string) => (rates[name] ?? []).slice(size.warm);
    const own = median(counted('assay'));
    const ratioTo = (name: string) => (name in rates ? round(own / median(counted(name))) : null);
    return {
      predictionsPerSecond: Math.round(own),
      coldPredictionsPerSecond: Math.round(rates.assay?.[0] ?? Number.NaN),
      ratioToBareLoop: ratioTo('bare') ?? Number.NaN,
      ratioToBullmq: ratioTo('bullmq'),
      ratioToBullmqByUndici: ratioTo('bullmqByUndici'),
      ratioToRq: ratioTo('rq'),
      latencyMedianMs,
      byHashP95Ms: byHash?.byHashP95Ms ?? null,
      coldByHashP95Ms: byHash?.coldByHashP95Ms ?? null,
      growth: full ? round(median(counted('full').map((rate, i) => rate / (counted('assay')[i] ?? Number.NaN)))) : null,
      ...cpu.spent,
      workerRssMiB,
    };
  } finally {
    for (const one of running) await one.stop();
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

async function writeFiles(folder: string, count: number): Promise<string[]> {
  await mkdir(join(folder, 'files'));
  const paths = Array.from({ length: count }, (_, i) => join(folder, 'files', `${i}.wav`));
  for (const path of paths) await writeFile(path, Buffer.concat([...makeNoise(fileBytes)]));
  return paths;
}

/** From the first byte sent to the commit of the result, which the database itself tells. */
async function measureLatency({ house, upload }: InstantHouse, times: number): Promise<number> {
  let heard = Promise.withResolvers<void>();
  await house.database.listen('assay_runs', () => heard.resolve());
  const took: number[] = [];
  for (let i = 0; i < times; i++) {
    await wait(200);
    heard = Promise.withResolvers();
    const began = performance.now();
    await Promise.all([upload(1), heard.promise]);
    took.push(performance.now() - began);
  }
  return round(median(took));
}

/** Questions by hash: of an API and a database that have just started, until these have compiled and planned them, and then. */
const questions = { cold: 400, between: 1_100, warm: 400 };

async function measureByHash({ house, auth: headers }: InstantHouse, stored: number) {
  // All that was stored would be written to the disk meanwhile, and every record of who saw what would wait for it.
  await house.database.db.execute(sql`checkpoint`);
  // Not `fetch`: what it leaves behind of each answer is collected in the middle of every twentieth question.
  const api = new Pool(house.url, { connections: 1 });
  const took: number[] = [];
  for (let i = 0; i < questions.cold + questions.between + questions.warm; i++) {
    const hashes = await pickHashes(house.database.db, 100, stored);
    const input = encodeURIComponent(JSON.stringify(hashes));
    const began = performance.now();
    const path = `/trpc/predictions.byHash?input=${input}`;
    const answer = await api.request({ path, method: 'GET', headers: { ...headers } });
    for await (const _ of answer.body);
    if (answer.statusCode !== 200) throw new Error(`predictions.byHash answered ${answer.statusCode}`);
    took.push(performance.now() - began);
  }
  await api.close();
  return { coldByHashP95Ms: p95(took.slice(0, questions.cold)), byHashP95Ms: p95(took.slice(-questions.warm)) };
}

/** Milliseconds of processor time that the worker and PostgreSQL spent on one of so many objects, of the last round. */
function watchCpu({ house, worker }: InstantHouse, objects: number) {
  const read = async () => ({
    worker: await readCpu(Number(worker.pid), false),
    postgres: await readCpu(house.postgresPid(), true),
  });
  const spent = { workerCpuMs: Number.NaN, postgresCpuMs: Number.NaN };
  let since = { worker: 0, postgres: 0 };
  return {
    spent,
    async before() {
      since = await read();
    },
    async after() {
      const until = await read();
      spent.workerCpuMs = round((until.worker - since.worker) / objects);
      spent.postgresCpuMs = round((until.postgres - since.postgres) / objects);
    },
  };
}

/** Milliseconds of processor time so far. */
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
