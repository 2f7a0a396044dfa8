import { notifications } from '@mantine/notifications';
import { noteSignedOut, noteUnreachable, reachable } from '../../lib/connection.ts';
import { formatCountOf } from '../../lib/format.ts';
import { makeUuid } from '../../lib/make-uuid.ts';
import type { BegunUpload } from './begun-uploads.ts';
import type { Parcel, Transfer } from './outcome.ts';
import { totalQueue } from './queue.ts';
import { sendBytes, sendLink } from './send-form.ts';
import { findBegun, giveUp, sendResumable } from './send-resumable.ts';
import { apply, type ModelsByType, note, uploads } from './uploads.ts';

const sendersAtOnce = 3;

// A request for less than this is begun anew sooner than it is worth taking up.
const resumableBytes = 64 * 2 ** 20;
export const isResumable = (file: File): boolean => file.size >= resumableBytes;

const parcels = new Map<number, Parcel>();
/** By file that was checked: the object that is here, or null. */
const links = new Map<number, string | null>();
const waiting: number[] = [];
const inFlight = new Map<number, Transfer>();
let halted = false;
/** The server was away: sending goes on by itself. */
let waitsForServer = false;

function begin(id: number, parcel: Parcel): Transfer {
  const link = links.get(id);
  if (link) {
    dropBegun(parcel);
    return sendLink(parcel, link);
  }
  const send = isResumable(parcel.file) ? sendResumable : sendBytes;
  return send(parcel, (sentBytes) => note({ kind: 'progressed', id, sentBytes }));
}

/** What has arrived of a file that will not go on. */
function dropBegun(parcel: Parcel): void {
  const begun = findBegun(parcel);
  if (begun) void giveUp(begun.url);
}

async function sendOne(id: number): Promise<void> {
  const parcel = parcels.get(id);
  if (!parcel) return;
  note({ kind: 'started', id });
  const isLink = Boolean(links.get(id));
  const transfer = begin(id, parcel);
  inFlight.set(id, transfer);
  const result = await transfer.outcome;
  // Cancelled, and perhaps begun anew since.
  if (inFlight.get(id) !== transfer) return;
  inFlight.delete(id);
  switch (result.kind) {
    case 'sent':
      note({ ...result, id });
      break;
    case 'refused':
      // It has gone since it was asked for.
      if (isLink && result.status === 404) {
        settleCheck(id, null);
        giveBack(id, { keeps: false });
      } else note({ kind: 'failed', id, reason: result.reason });
      break;
    case 'stopped':
      giveBack(id, { keeps: !links.get(id) });
      break;
    case 'unreachable':
      waitsForServer = true;
      halt(id, 'The server can’t be reached. Nothing is lost; sending goes on when it is back.');
      noteUnreachable();
      break;
    case 'signed-out':
      halt(id, 'You were signed out. Nothing is lost; go on when you are back.');
      noteSignedOut();
      break;
  }
  fill();
}

function giveBack(id: number, { keeps }: { keeps: boolean }): void {
  waiting.unshift(id);
  note({ kind: 'returned', id, keeps });
}

function halt(id: number, because: string): void {
  halted = true;
  giveBack(id, { keeps: true });
  note({ kind: 'paused', because });
}

/** One that was checked, if there is any; but checking never holds up sending. */
function takeNext(): number | undefined {
  const checked = waiting.findIndex((id) => links.has(id));
  return waiting.splice(Math.max(0, checked), 1)[0];
}

function fill(): void {
  while (!halted && inFlight.size < sendersAtOnce) {
    const id = takeNext();
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

function submit(ids: readonly number[], run: string): void {
  halted = false;
  waitsForServer = false;
  waiting.push(...ids);
  apply({ kind: 'submitted', ids, run });
  fill();
}

/**
 * Sends these files into the case, to the models chosen for their types, as one run: the one that a broken-off upload among
 * them has.
 */
export function sendFiles(ids: readonly number[], models: ModelsByType, within: string | undefined): void {
  const chosen = ids.flatMap((id) => {
    const queued = uploads.get().files.get(id);
    const type = queued?.reading?.mediaType;
    return queued && type ? [{ id, file: queued.file, path: queued.path, models: models[type], case: within }] : [];
  });
  const run = chosen.map(findBegun).find((begun) => begun !== undefined)?.run ?? makeUuid();
  for (const { id, ...rest } of chosen) parcels.set(id, { ...rest, run });
  submit(ids, run);
}

/** Goes on with an upload that was broken off, whose file has been chosen again. */
export function resumeBegun(id: number, { models, run, case: within }: BegunUpload): void {
  const queued = uploads.get().files.get(id);
  if (queued?.stage !== 'ready') return;
  parcels.set(id, { file: queued.file, path: queued.path, models, run, case: within });
  submit([id], run);
}

/** Sends failed files again, into the same run. */
export const tryAgain = (ids: readonly number[]): void => {
  const run = parcels.get(ids[0] ?? 0)?.run;
  if (run !== undefined) submit(ids, run);
};

/** A file has been looked up: `sha256` of the object that is here, or null. A large one on its way needs no more bytes. */
export function settleCheck(id: number, sha256: string | null): void {
  links.set(id, sha256);
  note({ kind: 'checked', id, here: sha256 !== null });
  const transfer = inFlight.get(id);
  if (sha256 !== null && transfer?.pause) transfer.cancel();
}

/** No further file is begun. Large ones in flight stop where they are; half a small one would have to start anew. */
export function pauseSending(): void {
  halted = true;
  waitsForServer = false;
  apply({ kind: 'paused', because: null });
  for (const transfer of inFlight.values()) transfer.pause?.();
}

export function resumeSending(): void {
  halted = false;
  waitsForServer = false;
  apply({ kind: 'resumed' });
  fill();
}

reachable.subscribe(() => {
  if (reachable.get() && waitsForServer) resumeSending();
});

export function cancelSending(): void {
  halted = true;
  waitsForServer = false;
  for (const id of waiting) {
    const parcel = parcels.get(id);
    if (parcel) dropBegun(parcel);
  }
  waiting.length = 0;
  const stopped = [...inFlight.values()];
  inFlight.clear();
  for (const transfer of stopped) transfer.cancel();
  apply({ kind: 'cancelled' });
}

window.addEventListener('beforeunload', (event) => {
  const { phase } = uploads.get();
  if (phase === 'sending' || phase === 'paused') event.preventDefault();
});
