import { expect, test } from 'vitest';
import { applyEvents, emptyQueue, type QueueEvent, totalQueue } from './queue.ts';
import type { Reading } from './read-type.ts';

const image: Reading = { mediaType: 'image', fault: null, mismatch: null };
const pdf: Reading = { mediaType: null, fault: 'is a PDF document', mismatch: null };
const add = (...sizes: number[]): QueueEvent => ({
  kind: 'added',
  files: sizes.map((size, id) => ({ id, file: new File(['x'.repeat(size)], `${id}.jpg`), path: `${id}.jpg` })),
});
const stages = (events: QueueEvent[]) => [...applyEvents(emptyQueue, events).files.values()].map(({ stage }) => stage);

const twoReady: QueueEvent[] = [
  add(10, 20),
  { kind: 'read', id: 0, reading: image },
  { kind: 'read', id: 1, reading: image },
];
const sendBoth: QueueEvent[] = [...twoReady, { kind: 'submitted', ids: [0, 1], run: 'r' }, { kind: 'started', id: 0 }];

test('a file that can be taken becomes ready, another unsupported', () => {
  expect(stages([add(1, 1), { kind: 'read', id: 0, reading: image }, { kind: 'read', id: 1, reading: pdf }])).toEqual([
    'ready',
    'unsupported',
  ]);
});

test('an unsupported file is never submitted', () => {
  const events: QueueEvent[] = [
    add(1),
    { kind: 'read', id: 0, reading: pdf },
    { kind: 'submitted', ids: [0], run: 'r' },
  ];
  expect(stages(events)).toEqual(['unsupported']);
});

test('bytes of files in flight count as far as they are, those of ended ones in full', () => {
  const sending = applyEvents(emptyQueue, [...sendBoth, { kind: 'progressed', id: 0, sentBytes: 4 }]);
  expect(totalQueue(sending)).toMatchObject({ submittedBytes: 30, doneBytes: 4 });
  const sent = applyEvents(sending, [
    { kind: 'sent', id: 0, known: true, sha256: 'a' },
    { kind: 'started', id: 1 },
    { kind: 'failed', id: 1, reason: 'no' },
  ]);
  expect(totalQueue(sent)).toMatchObject({ doneBytes: 30, known: 1, byStage: { sent: 1, failed: 1 } });
});

test('the multipart frame around a file does not make it more than whole', () => {
  const sending = applyEvents(emptyQueue, [...sendBoth, { kind: 'progressed', id: 0, sentBytes: 4000 }]);
  expect(totalQueue(sending).doneBytes).toBe(10);
});

test('a failed file can be submitted again; a sent one can not', () => {
  const events: QueueEvent[] = [
    ...sendBoth,
    { kind: 'failed', id: 0, reason: 'no' },
    { kind: 'started', id: 1 },
    { kind: 'sent', id: 1, known: false, sha256: 'a' },
    { kind: 'submitted', ids: [0, 1], run: 'r' },
  ];
  expect(stages(events)).toEqual(['waiting', 'sent']);
});

test('cancelling puts what is not sent back to ready', () => {
  const queue = applyEvents(emptyQueue, [...sendBoth, { kind: 'cancelled' }]);
  expect(queue.phase).toBe('choosing');
  expect([...queue.files.values()].map(({ stage, sentBytes }) => [stage, sentBytes])).toEqual([
    ['ready', 0],
    ['ready', 0],
  ]);
});

test('what comes late from a cancelled request changes nothing', () => {
  expect(
    stages([
      ...sendBoth,
      { kind: 'cancelled' },
      { kind: 'progressed', id: 0, sentBytes: 9 },
      { kind: 'failed', id: 0, reason: 'aborted' },
    ]),
  ).toEqual(['ready', 'ready']);
});

test('files in flight stay when others are removed', () => {
  expect(stages([...sendBoth, { kind: 'removed', ids: [0, 1] }])).toEqual(['sending', 'waiting']);
});

test('bytes that are here already are none to send, and are counted by themselves', () => {
  const events: QueueEvent[] = [...sendBoth, { kind: 'checked', id: 1, here: true }];
  expect(totalQueue(applyEvents(emptyQueue, events))).toMatchObject({ submittedBytes: 10, doneBytes: 0, here: 1 });
  events.push({ kind: 'started', id: 1 }, { kind: 'sent', id: 1, known: true, sha256: 'a' });
  expect(totalQueue(applyEvents(emptyQueue, events))).toMatchObject({ submittedBytes: 10, here: 0, known: 1 });
});

test('a file that is put back keeps what has arrived of it, or nothing', () => {
  const half: QueueEvent[] = [...sendBoth, { kind: 'progressed', id: 0, sentBytes: 5 }];
  const putBack = (keeps: boolean) => {
    const queue = applyEvents(emptyQueue, [...half, { kind: 'returned', id: 0, keeps }]);
    return [queue.files.get(0)?.stage, totalQueue(queue).doneBytes];
  };
  expect(putBack(true)).toEqual(['waiting', 5]);
  expect(putBack(false)).toEqual(['waiting', 0]);
});

test('ten thousand files are read in well under a second', () => {
  const many = add(...Array.from({ length: 10_000 }, () => 1));
  const begin = performance.now();
  let queue = applyEvents(emptyQueue, [many]);
  for (let id = 0; id < 10_000; id += 100) {
    queue = applyEvents(
      queue,
      Array.from({ length: 100 }, (_, index) => ({ kind: 'read' as const, id: id + index, reading: image })),
    );
  }
  expect(totalQueue(queue).byStage.ready).toBe(10_000);
  expect(performance.now() - begin).toBeLessThan(1000);
});
