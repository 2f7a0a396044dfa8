import { expect, test, vi } from 'vitest';
import type { ModelListing } from './choice.ts';
import { estimateWork, isSendable, listUnserved, sortChosen } from './choice.ts';
import type { QueuedFile } from './queue.ts';

vi.hoisted(() => vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined }));

const listing = (
  name: string,
  accepts: ModelListing['accepts'],
  medianSeconds: number | null,
  concurrency = 1,
): ModelListing => ({
  name,
  version: '1.0.0',
  title: '',
  description: '',
  licence: '',
  accepts,
  emits: [],
  tags: [],
  classes: [],
  limits: { maxBytes: 1, timeoutSeconds: 1, concurrency },
  state: 'ready',
  stateSince: '2026-01-01T00:00:00Z',
  detail: null,
  medianSeconds,
  waiting: 0,
  perMinute: 0,
  failedLastDay: 0,
  failed: 0,
  running: 0,
});
const ready = (mediaType: 'image' | 'text'): QueuedFile => ({
  id: 1,
  file: new File([], 'a'),
  path: 'a',
  stage: 'ready',
  reading: { mediaType, fault: null, mismatch: null },
  check: 'unchecked',
  hashedBytes: 0,
  sentBytes: 0,
  reason: null,
  known: false,
  sha256: null,
});
const models = [listing('faces', ['image'], 0.4, 2), listing('shape', ['image'], null), listing('names', ['text'], 1)];

test('a file goes to the chosen models that take its type', () => {
  expect(sortChosen(models, ['names', 'faces', 'gone'])).toEqual({
    image: ['faces'],
    video: [],
    audio: [],
    text: ['names'],
  });
});

test('a file without a model for its type can not be sent, and the page can say which type', () => {
  const chosen = sortChosen(models, ['faces']);
  expect(isSendable(ready('image'), chosen)).toBe(true);
  expect(isSendable(ready('text'), chosen)).toBe(false);
  expect(listUnserved([ready('image'), ready('text')], chosen)).toEqual(['text']);
});

test('the estimate counts files, median and concurrency, and says what it leaves out', () => {
  const files = [ready('image'), ready('image'), ready('text')];
  expect(estimateWork(files, sortChosen(models, ['faces', 'shape', 'names']), models)).toEqual({
    seconds: 1.4,
    unmeasured: 1,
    onMade: 0,
  });
  expect(estimateWork(files, sortChosen(models, ['shape']), models)).toEqual({
    seconds: null,
    unmeasured: 1,
    onMade: 0,
  });
});

test('what others make counts: a text model serves a picture that a chosen model reads texts from', () => {
  const reader = { ...listing('reader', ['image'], 2), emits: ['text' as const] };
  const chosen = sortChosen([...models, reader], ['reader', 'names']);
  expect(chosen).toEqual({ image: ['names', 'reader'], video: [], audio: [], text: ['names'] });
  expect(sortChosen(models, ['names']).image).toEqual([]);
  expect(estimateWork([ready('image')], chosen, [...models, reader])).toEqual({ seconds: 2, unmeasured: 0, onMade: 1 });
});
