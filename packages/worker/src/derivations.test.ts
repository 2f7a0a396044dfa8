import { hash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { type Db, Line } from '@assay/db';
import { type DerivationLimits, defaultDerivationLimits } from '@assay/shared';
import type { ObjectStore } from '@assay/storage';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunningWorker } from './main.ts';
import { openTestWorkers, type TestWorkers } from './test-workers.ts';
import { type Part, sendForm, sendJson } from './testing.ts';

let house: TestWorkers;
let db: Db;
let store: ObjectStore;
let worker: RunningWorker | undefined;

beforeEach(async () => {
  house = await openTestWorkers();
  ({ db, store } = house);
});
afterEach(() => house.close());

const stop = () => worker?.close();

const start = async (limits: Partial<DerivationLimits> = {}) => {
  worker = await house.start({ limits: { derivations: { ...defaultDerivationLimits, ...limits } } });
  await house.untilReady();
};

interface Fake {
  name: string;
  accepts?: string[];
  emits?: string[];
  make?: (body: string, n: number) => Part[] | ((res: ServerResponse) => void);
}

function addModel({ name, accepts = ['text'], emits = [], make }: Fake) {
  return house.addModel(
    (res, call, n) => {
      const made = make?.(call.body.toString(), n);
      if (typeof made === 'function') made(res);
      else if (made) sendForm(res, made);
      else sendJson(res, 200, { classes: ['n'], result: { n: call.body.length } });
    },
    { name, accepts, emits, limits: { concurrency: 4 } },
  );
}

/** Brings a text in as an upload does, in a run of its own that all of the models were chosen for. */
const upload = async (text: string) => (await house.bringIn(text)).runId;

/** Every prediction of a run: the object's first bytes, the model, the state, and why. */
async function listRun(runId: string) {
  const rows = await db.execute<{
    sha256: string;
    size: string;
    model: string;
    state: string;
    reason: string | null;
  }>(sql`
    select encode(o.sha256, 'hex') as sha256, o.size, m.name as model, p.state, p.reason
    from run_predictions r join predictions p on p.id = r.prediction_id
    join models m on m.id = p.model_id join objects o on o.id = p.object_id
    where r.run_id = ${runId} order by o.id, m.name`);
  return [...rows];
}

const untilDone = (runId: string, count: number) =>
  expect
    .poll(
      async () => (await listRun(runId)).map(({ state }) => state).filter((s) => s !== 'queued' && s !== 'running'),
      {
        timeout: 20_000,
      },
    )
    .toHaveLength(count);

const listDerivations = async () => [
  ...(await db.execute<{
    parent: string;
    child: string;
    model: string;
    start: number | null;
    label: string | null;
  }>(sql`
    select d.parent_id as parent, d.child_id as child, m.name as model, d.time_start as start, d.label
    from derivations d join predictions p on p.id = d.prediction_id join models m on m.id = p.model_id
    order by p.id, d.position`)),
];

const listIncoming = () => readdir(store.incoming);
const countObjects = async () => Number((await db.execute(sql`select count(*) as n from objects`))[0]?.n);

test('what a model emits is stored once, linked with its time, and given to the other models of the run', async () => {
  const frames = [
    { body: 'frame one', derivation: { time: { start: 0, end: 0 }, label: 'frame – ✂' } },
    { body: 'frame two', derivation: { time: { start: 2.5, end: 2.5 } } },
    { body: 'frame one', derivation: { time: { start: 4, end: 4 } } },
  ];
  const cutter = await addModel({ name: 'cutter', emits: ['text'], make: () => frames });
  const reader = await addModel({ name: 'reader' });
  await start();
  const run = await upload('a long tale');
  await untilDone(run, 4);
  expect((await listRun(run)).map(({ model, state }) => `${model} ${state}`)).toEqual([
    'cutter succeeded',
    'reader succeeded',
    'reader succeeded',
    'reader succeeded',
  ]);
  expect(await countObjects()).toBe(3);
  const links = await listDerivations();
  expect(links).toMatchObject([
    { model: 'cutter', start: 0, label: 'frame – ✂' },
    { model: 'cutter', start: 2.5, label: null },
    { model: 'cutter', start: 4 },
  ]);
  expect(links[0]?.child).toBe(links[2]?.child);
  expect(reader.calls.map(({ body }) => body.toString()).sort()).toEqual(['a long tale', 'frame one', 'frame two']);
  // A model is not applied to what it made itself.
  expect(cutter.calls).toHaveLength(1);
  expect(await listIncoming()).toEqual([]);
});

test('a chain of models goes on in a new run over what an earlier one made', async () => {
  await addModel({ name: 'first', emits: ['text'], make: (body) => [{ body: `1${body}` }] });
  await addModel({ name: 'second', emits: ['text'], make: (body) => [{ body: `2${body}` }] });
  await start();
  // first x second: x, 1x, 21x, 2x, 12x
  const one = await upload('x');
  await untilDone(one, 4);
  const reader = await addModel({ name: 'reader' });
  await stop();
  await start();
  const two = await upload('x');
  // The known predictions are known at once; what follows from them is the API's to say (record-uploads).
  const { followInRuns } = await import('@assay/db');
  const known = await db.execute<{ id: string }>(
    sql`select prediction_id as id from run_predictions where run_id = ${two}`,
  );
  await db.transaction(async (tx) => {
    const front = [...known].map(({ id }) => ({ runId: two, predictionId: id }));
    for (const [modelId, jobs] of await followInRuns(tx, front, {
      line: new Line(),
      limits: defaultDerivationLimits,
    }))
      await house.sender.send(tx, modelId, jobs);
  });
  await untilDone(two, 9);
  expect(reader.calls.map(({ body }) => body.toString()).sort()).toEqual(['12x', '1x', '21x', '2x', 'x']);
});

test('depth and fan-out are bounded: past them a skipped prediction says so, and a person may ask for it after all', async () => {
  await addModel({ name: 'a', emits: ['text'], make: (body) => ['1', '2', '3'].map((n) => ({ body: body + n })) });
  await addModel({ name: 'b', emits: ['text'], make: (body) => [{ body: `b${body}` }] });
  await addModel({ name: 'reader' });
  await start({ depth: 1, fanOut: 2 });
  const run = await upload('x');
  // Of x: three. Of each of x1, x2, x3 and bx: two, of b and reader or of a and reader.
  await expect
    .poll(async () => (await listRun(run)).filter(({ state }) => state === 'skipped').length, { timeout: 20_000 })
    .toBeGreaterThan(2);
  await expect
    .poll(async () => (await listRun(run)).every(({ state }) => state === 'succeeded' || state === 'skipped'), {
      timeout: 20_000,
    })
    .toBe(true);
  const skipped = (await listRun(run)).filter(({ state }) => state === 'skipped');
  const reasons = [...new Set(skipped.map(({ reason }) => reason))];
  expect(reasons).toHaveLength(2);
  expect(reasons).toContain(
    'This is object 3 that one model made of one object; other models get the first 2 (ASSAY_MAX_FAN_OUT)',
  );
  expect(reasons.find((reason) => reason?.includes('ASSAY_MAX_DERIVATION_DEPTH'))).toContain('2 steps from');
  const again = await upload('x3');
  const asked = hash('sha256', 'x3');
  await expect
    .poll(async () => (await listRun(again)).filter(({ sha256 }) => sha256 === asked).map(({ state }) => state), {
      timeout: 20_000,
    })
    .toEqual(['succeeded', 'succeeded', 'succeeded']);
});

test.each<[string, Part[] | ((res: ServerResponse) => void), RegExp]>([
  [
    'a type that its manifest does not say',
    [{ body: 'fine' }, { body: '\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0' }],
    /object 2 of it is/,
  ],
  ['bytes of no type', [{ body: '%PDF-1.4' }], /object 1 of it is a PDF document: no image/],
  ['an empty object', [{ body: '' }], /object 1 of it is empty/],
  ['a derivation that is none', [{ body: 'x', derivation: '{"time":' }], /assay-derivation of an object is no JSON/],
  ['a time that runs backwards', [{ body: 'x', derivation: { time: { start: 2, end: 1 } } }], /is not \{"time"/],
  ['more objects than allowed', Array.from({ length: 4 }, (_, i) => ({ body: `o${i}` })), /more than 3 objects/],
  [
    'more bytes than allowed',
    [{ body: 'x'.repeat(600_000) }, { body: 'y'.repeat(600_000) }],
    /more than 1000000 bytes/,
  ],
  [
    'a form cut short',
    (res) =>
      res
        .writeHead(200, { 'content-type': 'multipart/form-data; boundary=b' })
        .end(
          '--b\r\nContent-Disposition: form-data; name="prediction"\r\n\r\n{}\r\n--b\r\nContent-Disposition: form-data; name="object"\r\n\r\nhalf',
        ),
    /last boundary never came/,
  ],
  [
    'a connection that breaks in an object',
    (res) => {
      res.writeHead(200, { 'content-type': 'multipart/form-data; boundary=b' });
      res.write(
        '--b\r\nContent-Disposition: form-data; name="prediction"\r\n\r\n{}\r\n--b\r\nContent-Disposition: form-data; name="object"\r\n\r\n',
      );
      res.write(Buffer.alloc(400_000), () => res.destroy());
    },
    /connection to the model broke/,
  ],
  [
    'objects before the prediction',
    (res) =>
      res
        .writeHead(200, { 'content-type': 'multipart/form-data; boundary=b' })
        .end('--b\r\nContent-Disposition: form-data; name="object"\r\n\r\nx\r\n--b--\r\n'),
    /first part is object/,
  ],
])('%s is the fault of the model, and nothing of it is kept', async (_, made, reason) => {
  await addModel({ name: 'emitter', emits: ['text'], make: () => made });
  await start({ objects: 3, bytes: 1_000_000 });
  const run = await upload('x');
  await expect.poll(async () => (await listRun(run))[0]?.reason, { timeout: 20_000 }).toMatch(reason);
  expect(await countObjects()).toBe(1);
  expect(await listDerivations()).toEqual([]);
  await stop();
  expect(await listIncoming()).toEqual([]);
});

test('a model whose manifest emits nothing must send no objects', async () => {
  await addModel({ name: 'emitter', make: () => [{ body: 'x' }] });
  await start();
  const run = await upload('x');
  await expect.poll(async () => (await listRun(run))[0]?.reason, { timeout: 20_000 }).toMatch(/emits of its manifest/);
});
