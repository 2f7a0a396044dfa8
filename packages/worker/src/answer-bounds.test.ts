import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { maxAnswerBytes, maxAnswerDepth, maxAnswerValues } from '@assay/shared';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestWorkers, succeed, type TestWorkers } from './test-workers.ts';
import { sendForm, sendJson } from './testing.ts';

let house: TestWorkers;

beforeEach(async () => {
  house = await openTestWorkers();
});
afterEach(() => house.close());

const json = { 'content-type': 'application/json' };
const sendResult = (res: ServerResponse, value: string) =>
  res.writeHead(200, json).end(`{"classes":["n"],"result":{"n":${value}}}`);
const lists = (count: number) => `[${Array(count).fill('[]').join(',')}]`;

async function sendTooLong(res: ServerResponse): Promise<void> {
  res.writeHead(200, json);
  const spaces = Buffer.alloc(2 ** 20, ' ');
  for (let sent = 0; sent <= maxAnswerBytes && !res.destroyed; sent += spaces.length)
    if (!res.write(spaces)) await Promise.race([once(res, 'drain'), once(res, 'close')]);
  res.end();
}

test.each<[what: string, respond: (res: ServerResponse) => unknown, reason: RegExp]>([
  ['three million empty lists', (res) => sendResult(res, lists(3_000_000)), /more than 2000000 values/],
  [
    'the same in a form',
    (res) => sendForm(res, [], { classes: ['n'], result: { n: Array(maxAnswerValues).fill(0) } }),
    /more than 2000000 values/,
  ],
  [
    'lists in lists',
    (res) => sendResult(res, '['.repeat(50_000) + ']'.repeat(50_000)),
    new RegExp(`nested more than ${maxAnswerDepth} deep`),
  ],
  ['more bytes than an answer has', sendTooLong, /answer is longer than \d+ bytes/],
  [
    'a refusal without end',
    (res) => sendJson(res, 422, { error: { message: 'x'.repeat(2 ** 21) } }),
    /refusal is longer/,
  ],
  ['a number beyond numbers', (res) => sendResult(res, '[1e999]'), /too large\s+→ at result\.n\[0\]/],
  ['a name with NUL', (res) => sendJson(res, 200, { classes: [], result: { n: { 'a\0b': 1 } } }), /NUL/],
  ['words with NUL', (res) => sendJson(res, 500, { error: { message: 'a\0b\ud800' } }), /answered 500: a\ufffdb\ufffd/],
])('%s: the model’s fault, and its neighbours have their results', async (_, respond, reason) => {
  await house.addModel((res, { body }) => (body.toString() === 'poison' ? respond(res) : succeed(res)), {
    limits: { concurrency: 4 },
    emits: ['text'],
  });
  await house.start();
  const { objectId } = await house.bringIn('poison');
  const others: number[] = [];
  for (let i = 0; i < 4; i++) others.push((await house.bringIn(`neighbour ${i}`)).objectId);
  await house.untilFinal(...others);
  for (const other of others) expect(await house.read(other)).toMatchObject({ state: 'succeeded', attempts: 1 });
  await expect
    .poll(() => house.read(objectId), { timeout: 20_000 })
    .toMatchObject({ attempts: 1, reason: expect.stringMatching(reason) });
});

test('the longest words of a refusal are cut, and what was said is the reason', async () => {
  await house.addModel((res) => sendJson(res, 422, { error: { message: `no: ${'\0x'.repeat(10_000)}` } }));
  await house.start();
  const { objectId } = await house.bringIn('refused');
  await house.untilFinal(objectId);
  const { state, reason } = (await house.read(objectId)) ?? {};
  expect(state).toBe('failed');
  expect(reason).toMatch(/^no: \ufffdx.*…$/);
  expect(reason?.length).toBe(4001);
});

const longName = randomBytes(20_000).toString('hex');
test.each([
  ['the database refuses', { [longName]: 1 }, /^The result can't be stored: index row/],
  [
    'does not fit into a text',
    { ['x'.repeat(200_000)]: Array(4000).fill(1) },
    /^The result can't be stored: it is too long$/,
  ],
])('a result that %s fails with the reason, and nothing waits for it', async (_, result, reason) => {
  await house.addModel(
    (res, { body }) => (body.toString() === 'poison' ? sendJson(res, 200, { classes: [], result }) : succeed(res)),
    { limits: { concurrency: 4 } },
  );
  await house.start();
  const { objectId } = await house.bringIn('poison');
  const other = await house.bringIn('neighbour');
  await house.untilFinal(objectId, other.objectId);
  expect(await house.read(objectId)).toMatchObject({ state: 'failed', reason: expect.stringMatching(reason) });
  expect(await house.read(other.objectId)).toMatchObject({ state: 'succeeded', attempts: 1 });
});

test('as much as an answer may have is a result, and the worker serves others meanwhile', async () => {
  const value = lists(maxAnswerValues - 10);
  await house.addModel((res, { body }) => (body.toString() === 'large' ? sendResult(res, value) : succeed(res)), {
    limits: { concurrency: 4 },
  });
  await house.start();
  const large = await house.bringIn('large');
  const other = await house.bringIn('neighbour');
  await house.untilFinal(other.objectId, large.objectId);
  expect(await house.read(large.objectId)).toMatchObject({ state: 'succeeded', attempts: 1 });
  expect(await house.read(other.objectId)).toMatchObject({ state: 'succeeded', attempts: 1 });
}, 120_000);
