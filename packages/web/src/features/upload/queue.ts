import type { MediaType } from '@assay/shared';
import type { Reading } from './read-type.ts';

/*
 * The life of a file on the Upload page:
 *   reading -> ready | unsupported;  ready -> waiting -> sending -> sent | failed;  failed -> waiting again.
 * Pausing starts no further file, and large ones wait where they are; cancelling puts what is not yet sent back to ready.
 * Beside it, a file that can be taken is hashed and asked for: unchecked -> hashing -> here | absent.
 */
type Stage = 'reading' | 'unsupported' | 'ready' | 'waiting' | 'sending' | 'sent' | 'failed';

/** Whether the bytes are here already. `unchecked`: not asked yet, or nobody could say; they are sent. */
type Check = 'unchecked' | 'hashing' | 'here' | 'absent';

export interface QueuedFile {
  id: number;
  file: File;
  /** The name, with the folders below the one that was dropped. */
  path: string;
  stage: Stage;
  reading: Reading | null;
  check: Check;
  hashedBytes: number;
  sentBytes: number;
  /** Of a failed file: what the server said. */
  reason: string | null;
  /** The bytes were in the store before. */
  known: boolean;
  sha256: string | null;
}

type Phase = 'choosing' | 'sending' | 'paused' | 'done';

export interface Queue {
  files: ReadonlyMap<number, QueuedFile>;
  phase: Phase;
  /** Why sending stopped by itself; null when a person paused it. */
  pausedBecause: string | null;
  /** The run that the files sent last belong to. */
  run: string | null;
}

export type QueueEvent =
  | { kind: 'added'; files: readonly { id: number; file: File; path: string }[] }
  | { kind: 'read'; id: number; reading: Reading }
  | { kind: 'hashed'; id: number; bytes: number }
  | { kind: 'checked'; id: number; here: boolean }
  | { kind: 'removed'; ids: readonly number[] }
  | { kind: 'submitted'; ids: readonly number[]; run: string }
  | { kind: 'started'; id: number }
  | { kind: 'progressed'; id: number; sentBytes: number }
  | { kind: 'sent'; id: number; known: boolean; sha256: string }
  | { kind: 'failed'; id: number; reason: string }
  /** Not sent after all, but for what `keeps` of it has arrived. */
  | { kind: 'returned'; id: number; keeps: boolean }
  | { kind: 'paused'; because: string | null }
  | { kind: 'resumed' }
  | { kind: 'cancelled' }
  | { kind: 'finished' };

export const emptyQueue: Queue = { files: new Map(), phase: 'choosing', pausedBecause: null, run: null };

const unsent: readonly Stage[] = ['ready', 'waiting', 'sending', 'failed'];
const isMoving = (stage: Stage) => stage === 'waiting' || stage === 'sending';

/** Many events at once, so that ten thousand files cost one copy of the list and not ten thousand. */
export function applyEvents(queue: Queue, events: readonly QueueEvent[]): Queue {
  const files = new Map(queue.files);
  const change = (id: number, from: readonly Stage[], values: Partial<QueuedFile>) => {
    const file = files.get(id);
    if (file !== undefined && from.includes(file.stage)) files.set(id, { ...file, ...values });
  };
  let next: Queue = { ...queue, files };
  for (const event of events) {
    switch (event.kind) {
      case 'added':
        for (const { id, file, path } of event.files) {
          files.set(id, {
            id,
            file,
            path,
            stage: 'reading',
            reading: null,
            check: 'unchecked',
            hashedBytes: 0,
            sentBytes: 0,
            reason: null,
            known: false,
            sha256: null,
          });
        }
        if (next.phase === 'done') next = { ...next, phase: 'choosing' };
        break;
      case 'read':
        change(event.id, ['reading'], {
          reading: event.reading,
          stage: event.reading.mediaType === null ? 'unsupported' : 'ready',
        });
        break;
      case 'hashed':
        change(event.id, unsent, { check: 'hashing', hashedBytes: event.bytes });
        break;
      case 'checked':
        change(event.id, unsent, { check: event.here ? 'here' : 'absent' });
        break;
      case 'removed':
        for (const id of event.ids) if (!isMoving(files.get(id)?.stage ?? 'ready')) files.delete(id);
        if (files.size === 0) next = { ...emptyQueue, files };
        break;
      case 'submitted':
        for (const id of event.ids) change(id, ['ready', 'failed'], { stage: 'waiting', sentBytes: 0, reason: null });
        next = { ...next, phase: 'sending', pausedBecause: null, run: event.run };
        break;
      case 'started':
        change(event.id, ['waiting'], { stage: 'sending' });
        break;
      case 'progressed':
        change(event.id, ['sending'], { sentBytes: event.sentBytes });
        break;
      case 'sent':
        change(event.id, ['sending'], { stage: 'sent', known: event.known, sha256: event.sha256 });
        break;
      case 'failed':
        change(event.id, ['sending'], { stage: 'failed', reason: event.reason });
        break;
      case 'returned':
        change(event.id, ['sending'], { stage: 'waiting', ...(!event.keeps && { sentBytes: 0 }) });
        break;
      case 'paused':
        next = { ...next, phase: 'paused', pausedBecause: event.because };
        break;
      case 'resumed':
        next = { ...next, phase: 'sending', pausedBecause: null };
        break;
      case 'cancelled':
        for (const { id } of files.values()) change(id, ['waiting', 'sending'], { stage: 'ready', sentBytes: 0 });
        next = { ...next, phase: 'choosing', pausedBecause: null };
        break;
      case 'finished':
        next = { ...next, phase: 'done', pausedBecause: null };
        break;
    }
  }
  return next;
}

export interface QueueTotals {
  files: number;
  bytes: number;
  byType: Record<MediaType, number>;
  byStage: Record<Stage, number>;
  known: number;
  /** Files that need not be sent: their bytes are here. */
  here: number;
  /** Of the files that were submitted: the bytes that have to be sent, and how many of those are through. */
  submittedBytes: number;
  doneBytes: number;
}

export function totalQueue(queue: Queue): QueueTotals {
  const totals: QueueTotals = {
    files: queue.files.size,
    bytes: 0,
    byType: { image: 0, video: 0, audio: 0, text: 0 },
    byStage: { reading: 0, unsupported: 0, ready: 0, waiting: 0, sending: 0, sent: 0, failed: 0 },
    known: 0,
    here: 0,
    submittedBytes: 0,
    doneBytes: 0,
  };
  for (const { file, stage, reading, check, sentBytes, known } of queue.files.values()) {
    totals.bytes += file.size;
    totals.byStage[stage] += 1;
    if (reading?.mediaType) totals.byType[reading.mediaType] += 1;
    if (known) totals.known += 1;
    if (check === 'here' && stage !== 'sent') totals.here += 1;
    if (check === 'here') continue;
    if (isMoving(stage) || stage === 'sent' || stage === 'failed') totals.submittedBytes += file.size;
    if (isMoving(stage)) totals.doneBytes += Math.min(sentBytes, file.size);
    if (stage === 'sent' || stage === 'failed') totals.doneBytes += file.size;
  }
  return totals;
}
