import type { MediaType } from '@assay/shared';
import { sendingShare } from '../../lib/sending.ts';
import { createStore } from '../../lib/store.ts';
import { applyEvents, emptyQueue, type QueueEvent, totalQueue } from './queue.ts';

/*
 * The files that were chosen and their sending. It lives as long as the browser's tab, not as long as the Upload page, so
 * that looking at a run does not stop the files behind it.
 */
export const uploads = createStore(emptyQueue);

export type ModelsByType = Record<MediaType, readonly string[]>;

const flushEvery = 60;

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
export function note(event: QueueEvent): void {
  buffer.push(event);
  timer ??= setTimeout(flush, flushEvery);
}
export function apply(event: QueueEvent): void {
  buffer.push(event);
  flush();
}
