import type { MediaType } from '@assay/shared';
import { notifications } from '@mantine/notifications';
import { noteSignedOut, noteUnreachable } from '../../lib/connection.ts';
import { formatCountOf } from '../../lib/format.ts';
import { makeUuid } from '../../lib/make-uuid.ts';
import { sendingShare } from '../../lib/sending.ts';
import { createStore } from '../../lib/store.ts';
import { applyEvents, emptyQueue, type QueueEvent, totalQueue } from './queue.ts';
import type { FoundFile } from './read-dropped.ts';
import { readType } from './read-type.ts';
import { sendFile } from './send-file.ts';

/*
 * The files that were chosen and their sending. It lives as long as the browser's tab, not as long as the Upload page, so
 * that looking at a run does not stop the files behind it.
 */
export const uploads = createStore(emptyQueue);

export type ModelsByType = Record<MediaType, readonly string[]>;

const flushEvery = 60;
const readersAtOnce = 4;
const sendersAtOnce = 3;

let nextId = 1;
let buffer: QueueEvent[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

function flush(): void {
  clearTimeout(timer);
  timer = undefined;
  const events = buffer;
  buffer = [];
  const queue = applyEvents(uploads.get(), events);
  uploads.set(queue);
  const { submittedBytes, doneBytes } = totalQueue(queue);
  sendingShare.set(
    queue.phase === 'sending' || queue.phase === 'paused' ? doneBytes / Math.max(1, submittedBytes) : null,
  );
}

/** What happens by itself is shown a few times a second; what a person does, at once. */
function note(event: QueueEvent): void {
  buffer.push(event);
  timer ??= setTimeout(flush, flushEvery);
}
function apply(event: QueueEvent): void {
  buffer.push(event);
  flush();
}

const unread: { id: number; file: File; path: string }[] = [];
let readers = 0;

async function readOn(): Promise<void> {
  readers += 1;
  for (let next = unread.shift(); next !== undefined; next = unread.shift()) {
    const { id, file, path } = next;
    const reading = await readType(file, path).catch(() => ({
      mediaType: null,
      fault: 'could not be read from the disk',
      mismatch: null,
    }));
    note({ kind: 'read', id, reading });
  }
  readers -= 1;
}

export function addFiles(found: readonly FoundFile[]): void {
  if (found.length === 0) return;
  const files = found.map(({ file, path }) => ({ id: nextId++, file, path }));
  apply({ kind: 'added', files });
  unread.push(...files);
  while (readers < Math.min(readersAtOnce, unread.length)) void readOn();
}

export const removeFiles = (ids: readonly number[]): void => apply({ kind: 'removed', ids });

let modelsByType: ModelsByType = { image: [], video: [], audio: [], text: [] };
let run = '';
const waiting: number[] = [];
const inFlight = new Map<number, () => void>();
let halted = false;

async function sendOne(id: number): Promise<void> {
  const queued = uploads.get().files.get(id);
  if (!queued?.reading?.mediaType) return;
  const parcel = { file: queued.file, path: queued.path, models: modelsByType[queued.reading.mediaType], run };
  note({ kind: 'started', id });
  const { outcome, abort } = sendFile(parcel, (sentBytes) => note({ kind: 'progressed', id, sentBytes }));
  inFlight.set(id, abort);
  const result = await outcome;
  inFlight.delete(id);
  switch (result.kind) {
    case 'sent':
      note({ ...result, id });
      break;
    case 'refused':
      note({ kind: 'failed', id, reason: result.reason });
      break;
    case 'unreachable':
      halt(id, 'The server can’t be reached. Nothing is lost; go on when it is back.');
      noteUnreachable();
      break;
    case 'signed-out':
      halt(id, 'You were signed out. Nothing is lost; go on when you are back.');
      noteSignedOut();
      break;
    case 'aborted':
      break;
  }
  fill();
}

function halt(id: number, because: string): void {
  waiting.unshift(id);
  halted = true;
  note({ kind: 'returned', id });
  note({ kind: 'paused', because });
}

function fill(): void {
  while (!halted && inFlight.size < sendersAtOnce) {
    const id = waiting.shift();
    if (id === undefined) break;
    void sendOne(id);
  }
  if (!halted && inFlight.size === 0 && waiting.length === 0) finish();
}

/** Said aloud to somebody who is looking at another page by now. */
function finish(): void {
  apply({ kind: 'finished' });
  if (location.pathname === '/upload') return;
  const { sent, failed } = totalQueue(uploads.get()).byStage;
  notifications.show({
    color: failed > 0 ? 'red' : 'slate',
    title: `${formatCountOf(sent, 'file')} sent`,
    message:
      failed > 0 ? `${formatCountOf(failed, 'file')} could not be sent: see Upload.` : 'Their results are under Runs.',
  });
}

function submit(ids: readonly number[]): void {
  halted = false;
  waiting.push(...ids);
  apply({ kind: 'submitted', ids, run });
  fill();
}

/** Sends these files to the models chosen for their types, as one run. */
export function sendFiles(ids: readonly number[], models: ModelsByType): void {
  modelsByType = models;
  run = makeUuid();
  submit(ids);
}

/** Sends failed files again, into the same run. */
export const tryAgain = (ids: readonly number[]): void => submit(ids);

/** No further file is begun; those in flight go on, since half a file would have to start anew. */
export function pauseSending(): void {
  halted = true;
  apply({ kind: 'paused', because: null });
}

export function resumeSending(): void {
  halted = false;
  apply({ kind: 'resumed' });
  fill();
}

export function cancelSending(): void {
  halted = true;
  waiting.length = 0;
  for (const abort of inFlight.values()) abort();
  inFlight.clear();
  apply({ kind: 'cancelled' });
}

window.addEventListener('beforeunload', (event) => {
  const { phase } = uploads.get();
  if (phase === 'sending' || phase === 'paused') event.preventDefault();
});
