import PQueue from 'p-queue';
import { findFiles } from './find-files.ts';
import { type HashedFile, hashFile } from './hash-file.ts';
import { isOutcome, type Outcome } from './outcome.ts';
import { type Delivery, linkObjects, refuseType, sendObject } from './send-object.ts';
import { askPatiently } from './with-patience.ts';

export interface Work extends Delivery {
  paths: string[];
  exclude: string[];
  /** Requests at once. */
  concurrency: number;
  /** Aborted: nothing further is begun. */
  stop: AbortSignal;
  /** Aborts `stop`, for a reason that concerns every file. */
  giveUp: (reason: unknown) => void;
  onRead: (bytes: number) => void;
  /** `sentBytes`: how much of it went out. */
  onOutcome: (outcome: Outcome, sentBytes: number) => void;
}

/** Files between the stages: enough to ask in large batches, little to hold. */
const mostWaiting = 1000;
const mostLinks = 200;
const hashersAtOnce = 4;

/**
 * Finds, hashes, asks and sends, all at the same time, with a bounded number of files in between. Whoever is slowest
 * sets the pace. Resolves when every file has its outcome, or when it was stopped and what was begun has ended.
 */
export async function bringIn(work: Work): Promise<void> {
  const { stop, onOutcome } = work;
  const hashing = new PQueue({ concurrency: hashersAtOnce });
  const asking = new PQueue({ concurrency: 1 });
  const sending = new PQueue({ concurrency: work.concurrency });
  const hashed: HashedFile[] = [];

  const begin = (queue: PQueue, task: () => Promise<void>) =>
    void queue.add(async () => {
      if (!stop.aborted) await task().catch((error: unknown) => stop.aborted || work.giveUp(error));
    });

  /** Asks about all files that have been hashed by now, as soon as senders will soon be idle. */
  async function askAndSend(): Promise<void> {
    await sending.onSizeLessThan(work.concurrency);
    const batch = hashed.splice(0);
    if (batch.length === 0 || stop.aborted) return;
    const known = await askKnown(work, batch);
    const links = batch.filter(({ sha256 }) => known.has(sha256));
    for (let i = 0; i < links.length; i += mostLinks) begin(sending, () => linkSome(links.slice(i, i + mostLinks)));
    for (const file of batch) if (!known.has(file.sha256)) begin(sending, () => send(file));
  }

  async function linkSome(files: HashedFile[]): Promise<void> {
    const outcomes = await linkObjects(work, files);
    if (outcomes) for (const outcome of outcomes) onOutcome(outcome, 0);
    else if (files.length === 1) for (const file of files) await send(file);
    // One of them has vanished, say: then each goes its own way.
    else for (const file of files) begin(sending, () => linkSome([file]));
  }

  const inFlight = new Map<string, Promise<Outcome>>();
  async function send(file: HashedFile): Promise<void> {
    const same = inFlight.get(file.sha256);
    if (same) {
      // The same bytes go out once; this name for them is linked to what the first brings in.
      await same.catch(() => {});
      return linkSome([file]);
    }
    const sent = sendObject(work, file).finally(() => inFlight.delete(file.sha256));
    inFlight.set(file.sha256, sent);
    const outcome = await sent;
    onOutcome(outcome, outcome.state === 'failed' ? 0 : file.size);
  }

  for await (const found of findFiles(work.paths, work.exclude)) {
    if (stop.aborted) break;
    if (isOutcome(found)) {
      onOutcome(found, 0);
      continue;
    }
    begin(hashing, async () => {
      const read = await hashFile(found, work);
      const refusal = isOutcome(read) ? read : refuseType(work, read);
      if (refusal) return onOutcome(refusal, 0);
      hashed.push(read as HashedFile);
      begin(asking, askAndSend);
    });
    await hashing.onSizeLessThan(hashersAtOnce);
    await asking.onSizeLessThan(mostWaiting);
  }
  for (const queue of [hashing, asking, sending]) await queue.onIdle();
}

async function askKnown({ client, patience }: Work, files: HashedFile[]): Promise<Set<string>> {
  const question = files.map(({ sha256, size }) => ({ sha256, size }));
  const { known } = await askPatiently(() => client.trpc.objects.known.mutate(question), patience);
  return new Set(known);
}
