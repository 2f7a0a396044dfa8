// One of the four models, in a process of its own: `node model.ts NAME PORT JOURNAL`. It answers with the hash of the
// bytes that it got. The message `count` is answered with the calls and connections that it has; it ends with its parent.
import { hash } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { makeDice } from './dice.ts';
import { type Doom, isDoomed, type JournalLine, type ModelName, manifests, version } from './models.ts';

const [, , given = '', port = '', journalPath = ''] = process.argv;
const name = given as ModelName;
const manifest = { protocol: 'assay/1', name, version, accepts: ['text'], ...manifests[name] };
const journal = openSync(journalPath, 'a');
const open = new Map<string, number>();
const timesSeen = new Map<string, number>();

const note = (prediction: string, what: JournalLine['what'], detail?: string) =>
  writeSync(journal, `${JSON.stringify({ at: Date.now(), prediction, what, detail } satisfies JournalLine)}\n`);

function sendJson(res: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) {
  res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

const countOpen = () => [...open.values()].reduce((sum, n) => sum + n, 0);

/** The end of one call and the beginning of the next may be seen in the wrong order. */
async function lookForCrowd(prediction: string): Promise<void> {
  if (countOpen() <= manifest.limits.concurrency) return;
  await wait(500);
  if (countOpen() > manifest.limits.concurrency) note(prediction, 'crowded', [...open.keys()].join(' '));
}

const misbehaviours: Record<string, (res: ServerResponse) => void> = {
  'a 500': (res) => sendJson(res, 500, { error: { message: 'out of memory' } }),
  'a 502 in HTML': (res) => res.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>'),
  'an answer cut off': (res) => {
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': '99' }).write('{"classes"');
    setTimeout(() => res.destroy(), 20);
  },
  'no answer': (res) => res.destroy(),
  'no JSON': (res) => res.writeHead(200, { 'content-type': 'application/json' }).end('{"classes": NaN}'),
  'no result': (res) => sendJson(res, 200, { classes: ['sha256'] }),
  'another type': (res) => res.writeHead(200, { 'content-type': 'text/plain' }).end('fine'),
};
const kinds = Object.keys(misbehaviours) as [string, ...string[]];

const server = createServer((req, res) => {
  if (req.url === '/health') return sendJson(res, 200, { status: 'ready' });
  if (req.url === '/model') return sendJson(res, 200, manifest);
  const prediction = String(req.headers['assay-prediction']);
  open.set(prediction, (open.get(prediction) ?? 0) + 1);
  note(prediction, 'began');
  void lookForCrowd(prediction);
  res.once('close', () => {
    const left = (open.get(prediction) ?? 1) - 1;
    if (left > 0) open.set(prediction, left);
    else open.delete(prediction);
    if (!res.writableEnded) note(prediction, 'dropped');
    if (isStopping && countOpen() === 0) process.exit();
  });
  predict(prediction, req, res).catch(() => res.destroy()); // the caller went away
});

async function predict(prediction: string, req: AsyncIterable<Uint8Array>, res: ServerResponse): Promise<void> {
  const bytes = await buffer(req);
  const sha256 = hash('sha256', bytes);
  const times = (timesSeen.get(sha256) ?? 0) + 1;
  timesSeen.set(sha256, times);
  const dice = makeDice(Number.parseInt(hash('sha256', `${sha256} ${times}`).slice(0, 7), 16));
  const isCalm = bytes.subarray(0, 4).toString() === 'calm';
  const doom = /^doom: (\w+)/.exec(bytes.subarray(0, 40).toString())?.[1] as Doom | undefined;
  if (isDoomed(doom, name)) return meet(doom, prediction, res);
  if (name === 'slow') await wait(dice.between(100, 900));
  if (name === 'away') await wait(dice.between(5, 80));
  if (name === 'hangs' && !isCalm && dice.isBelow(times === 1 ? 0.1 : 0.02)) {
    note(prediction, 'misbehaved', 'hangs');
    return;
  }
  if (name === 'flaky' && !isCalm && dice.isBelow(times === 1 ? 0.35 : 0.1)) {
    if (dice.isBelow(0.25)) {
      note(prediction, 'busy');
      return sendJson(res, dice.pick([429, 503]), { error: { message: 'full' } }, { 'retry-after': '1' });
    }
    const kind = dice.pick(kinds);
    note(prediction, 'misbehaved', kind);
    return misbehaviours[kind]?.(res);
  }
  note(prediction, 'answered');
  sendJson(res, 200, { classes: ['sha256', 'bytes'], result: { sha256, bytes: bytes.length } });
}

function meet(doom: Doom, prediction: string, res: ServerResponse): void {
  if (doom === 'refuse') {
    note(prediction, 'refused');
    sendJson(res, 422, { error: { message: 'This text asks to be refused' } });
    return;
  }
  note(prediction, 'misbehaved', doom);
  if (doom === 'crash') process.exit(1);
  if (doom === 'fault') sendJson(res, 500, { error: { message: 'This text is too much' } });
}

let isStopping = false;
process.on('SIGTERM', () => {
  isStopping = true;
  server.close();
  if (countOpen() === 0) process.exit();
  // What hangs would never end.
  setTimeout(() => process.exit(), 2_000);
});
process.on('disconnect', () => process.exit());
process.on('message', () =>
  server.getConnections((_, connections) => process.send?.({ calls: countOpen(), connections })),
);
server.listen(Number(port), '127.0.0.1', () => process.send?.('listening'));
