import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import {
  addToRuns,
  addWebhook,
  type Db,
  ensureRuns,
  insertObjects,
  type JobSender,
  listUploadCases,
  listWebhooks,
  notifyRun,
  openDatabase,
  openSender,
  requestPredictions,
  sendAgain,
  upsertModel,
} from '@assay/db';
import { createTestDatabase, type TestDatabase } from '@assay/db/testing';
import { defaultLimits, manifestSchema, objectHashSchema } from '@assay/shared';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WorkerConfig } from './config.ts';
import { type RunningWorker, startWorker } from './main.ts';

let database: TestDatabase;
let db: Db;
let closeDb: () => Promise<void>;
let sender: JobSender;
let folder: string;
const workers: RunningWorker[] = [];
let receiver: Receiver;

interface Call {
  headers: IncomingHttpHeaders;
  body: string;
}
interface Receiver {
  url: string;
  calls: Call[];
  /** The most that were open at one time. */
  mostOpen: number;
  answer: (res: ServerResponse, n: number) => void;
  close(): Promise<void>;
}

async function startReceiver(): Promise<Receiver> {
  let open = 0;
  const server = createServer(async (req, res) => {
    open += 1;
    res.once('close', () => {
      open -= 1;
    });
    receiver.mostOpen = Math.max(receiver.mostOpen, open);
    const body = await text(req);
    receiver.calls.push({ headers: req.headers, body });
    receiver.answer(res, receiver.calls.length);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/done?token=mine`,
    calls: [],
    mostOpen: 0,
    answer: (res) => res.writeHead(204).end(),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const configure = (): WorkerConfig => ({
  databaseUrl: database.url,
  storageUrl: pathToFileURL(join(folder, 'objects')).href,
  incoming: join(folder, 'incoming'),
  modelUrls: [],
  modelHosts: [],
  limits: defaultLimits,
  logLevel: 'silent',
});

async function start(): Promise<void> {
  workers.push(await startWorker(configure()));
}

beforeEach(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'assay-test-webhooks-'));
  ({ db, close: closeDb } = openDatabase(database.url, { connections: 2 }));
  sender = await openSender(db);
  receiver = await startReceiver();
  await db.execute(`insert into "user" (id, name, email, username) values ('ada', 'Ada', 'ada@assay.invalid', 'ada')`);
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.close();
  await receiver.close();
  await sender.close();
  await closeDb();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const makeSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

/** A run of one prediction that waits, with a webhook. */
async function makeRun(url = receiver.url, secret = makeSecret()) {
  const runId = randomUUID();
  const prediction = await db.transaction(async (tx) => {
    const sha256 = objectHashSchema.parse(randomBytes(32).toString('hex'));
    const facts = {
      md5: sha256.slice(32),
      sha1: sha256.slice(24),
      size: 1,
      mediaType: 'text',
      mime: 'text/plain',
    } as const;
    const rows = await insertObjects(tx, { id: 'ada' }, [{ sha256, ...facts, encoding: 'utf-8' }]);
    const manifest = { protocol: 'assay/1', name: 'names', version: '1.0.0', accepts: ['text'] };
    const modelId = await upsertModel(tx, manifestSchema.parse(manifest));
    const [within] = await listUploadCases(tx, { id: 'ada' }, undefined);
    await ensureRuns(tx, { id: 'ada' }, [{ id: runId, caseId: within?.id ?? '' }]);
    const [made] = await requestPredictions(tx, [{ objectId: rows.get(sha256)?.id ?? 0, modelId }]);
    await addToRuns(tx, [{ runId, predictionId: made?.id ?? '' }]);
    await addWebhook(tx, sender, { runId, url, secret, addedBy: 'ada' });
    return made?.id ?? '';
  });
  return { runId, secret, prediction };
}

async function setState(runId: string, prediction: string, state: string): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(
      sql`update predictions set state = ${state}::prediction_state, finished_at = now() where id = ${prediction}`,
    );
    await notifyRun(tx, runId);
  });
}

const deliveriesOf = async (runId: string) => (await listWebhooks(db, runId))[0]?.deliveries ?? [];
const deliveryOf = async (runId: string, event: string) =>
  (await deliveriesOf(runId)).find((each) => each.event === event);
const eventually = { timeout: 30_000 };
const events = () => receiver.calls.map(({ body }) => (JSON.parse(body) as { type: string }).type);

/** As a receiver does it, by the specification. */
function isSigned({ headers, body }: Call, secret: string): boolean {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'))
    .update(signed)
    .digest();
  const [version, signature = ''] = String(headers['webhook-signature']).split(',');
  const given = Buffer.from(signature, 'base64');
  return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
}

test('a webhook hears that it was added and when its run is finished, signed; and again after work was tried again', async () => {
  await start();
  const { runId, secret, prediction } = await makeRun();
  await expect.poll(events, eventually).toEqual(['webhook.added']);
  await setState(runId, prediction, 'failed');
  await expect.poll(events, eventually).toEqual(['webhook.added', 'run.finished']);
  const [added, finished] = receiver.calls;
  if (!added || !finished) throw new Error('nothing came');
  expect(JSON.parse(finished.body)).toMatchObject({
    type: 'run.finished',
    timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    data: { run: runId, predictions: 1, counts: { succeeded: 0, failed: 1, queued: 0 } },
  });
  expect(finished.headers['content-type']).toBe('application/json');
  expect([added, finished].map((call) => isSigned(call, secret))).toEqual([true, true]);
  expect(isSigned(finished, makeSecret())).toBe(false);
  expect(isSigned({ ...finished, body: finished.body.replace('failed', 'missed') }, secret)).toBe(false);
  // Sent again at another time, or as another, it is not signed.
  const later = {
    ...finished.headers,
    'webhook-timestamp': String(Number(finished.headers['webhook-timestamp']) + 600),
  };
  expect(isSigned({ ...finished, headers: later }, secret)).toBe(false);
  expect(added.headers['webhook-id']).not.toBe(finished.headers['webhook-id']);
  await expect
    .poll(() => deliveryOf(runId, 'run.finished'), eventually)
    .toMatchObject({
      state: 'delivered',
      status: 204,
      attempts: 1,
      error: null,
      isBeingSent: false,
      nextAttemptAt: null,
    });

  // Nothing has changed: nothing is told.
  await db.transaction((tx) => notifyRun(tx, runId));
  await setState(runId, prediction, 'queued');
  await setState(runId, prediction, 'succeeded');
  await expect.poll(events, eventually).toEqual(['webhook.added', 'run.finished', 'run.finished']);
  expect(JSON.parse(receiver.calls[2]?.body ?? '')).toMatchObject({ data: { counts: { failed: 0, succeeded: 1 } } });
});

test('what is finished while no worker is there is told by the next one', async () => {
  const { runId, prediction } = await makeRun();
  await setState(runId, prediction, 'cancelled');
  await start();
  await expect.poll(() => events().toSorted(), eventually).toEqual(['run.finished', 'webhook.added']);
});

test('an answer that is no success is tried again later, by one worker at a time, under the same id', async () => {
  receiver.answer = (res, n) => res.writeHead(n < 4 ? 500 : 200).end('secret words of the receiver');
  await start();
  await start();
  const { runId } = await makeRun();
  await expect
    .poll(() => deliveryOf(runId, 'webhook.added'), eventually)
    .toMatchObject({
      ...{ state: 'waiting', attempts: 1, status: 500, error: 'It answered 500' },
      nextAttemptAt: expect.any(Date),
    });
  await expect
    .poll(() => deliveryOf(runId, 'webhook.added'), eventually)
    .toMatchObject({ state: 'delivered', attempts: 4 });
  expect(receiver.mostOpen).toBe(1);
  expect(receiver.calls).toHaveLength(4);
  expect(new Set(receiver.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
});

test.each([
  ['another machine', 'http://10.0.0.7/hook', /Webhooks at 10\.0\.0\.7 are not permitted.*ASSAY_WEBHOOK_HOSTS/],
  ['where clouds give out keys', 'http://169.254.169.254/latest', /are never asked/],
  ['this machine in disguise', 'http://[::ffff:10.0.0.7]/', /not permitted/],
])('%s is refused at once, and says so', async (_, url, error) => {
  await start();
  const { runId } = await makeRun(url);
  await expect
    .poll(() => deliveryOf(runId, 'webhook.added'), eventually)
    .toMatchObject({
      ...{ state: 'failed', attempts: 1, status: null },
      error: expect.stringMatching(error),
    });
});

test('a redirect is not followed', async () => {
  receiver.answer = (res) => res.writeHead(302, { location: receiver.url }).end();
  await start();
  const { runId } = await makeRun();
  await expect
    .poll(() => deliveryOf(runId, 'webhook.added'), eventually)
    .toMatchObject({ status: 302, error: expect.stringContaining('redirects are not followed') });
  expect(receiver.calls).toHaveLength((await deliveryOf(runId, 'webhook.added'))?.attempts ?? 0);
});

test('it is sent again when somebody says so, but not while it is being sent', async () => {
  const held: ServerResponse[] = [];
  receiver.answer = (res) => held.push(res);
  await start();
  const { runId } = await makeRun();
  await expect.poll(() => held.length, eventually).toBe(1);
  const id = (await deliveryOf(runId, 'webhook.added'))?.id ?? '';
  expect(await sendAgain(db, sender, id)).toBe(false);
  receiver.answer = (res) => res.writeHead(204).end();
  held[0]?.writeHead(204).end();
  await expect.poll(() => deliveryOf(runId, 'webhook.added'), eventually).toMatchObject({ state: 'delivered' });
  await expect.poll(() => sendAgain(db, sender, id), eventually).toBe(true);
  await expect.poll(() => receiver.calls.length, eventually).toBe(2);
  expect(receiver.calls[1]?.headers['webhook-id']).toBe(id);
});

test('when its worker is killed in the middle of it, another sends it', async () => {
  const held: ServerResponse[] = [];
  receiver.answer = (res) => held.push(res);
  const main = JSON.stringify(new URL('./main.ts', import.meta.url).href);
  const code = `const { startWorker } = await import(${main}); await startWorker(${JSON.stringify(configure())});`;
  const child: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' });
  const ended = once(child, 'exit');
  try {
    const { runId } = await makeRun();
    await expect.poll(() => held.length, { timeout: 60_000 }).toBe(1);
    child.kill('SIGKILL');
    await ended;
    receiver.answer = (res) => res.writeHead(204).end();
    await start();
    await expect
      .poll(() => deliveryOf(runId, 'webhook.added'), { timeout: 60_000 })
      .toMatchObject({ state: 'delivered', attempts: 2 });
    expect(receiver.calls).toHaveLength(2);
  } finally {
    child.kill('SIGKILL');
  }
}, 150_000);

test('what its worker took without hearing of it, as when the connection breaks, is sent all the same', async () => {
  const { runId } = await makeRun();
  await db.execute(
    sql.raw(`
    create function take_all() returns trigger language plpgsql as $$ begin
      update webhook_deliveries set worker_id = new.id, attempts = 1;
      return null;
    end $$`),
  );
  await db.execute(sql`create trigger take_all after insert on workers for each row execute function take_all()`);
  await start();
  await expect.poll(() => receiver.calls, { timeout: 20_000 }).toHaveLength(1);
  const delivered = { state: 'delivered', attempts: 1, isBeingSent: false };
  await expect.poll(() => listWebhooks(db, runId)).toMatchObject([{ deliveries: [delivered] }]);
});
