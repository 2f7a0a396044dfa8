import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type Db, listEveryObject } from '@assay/db';
import { AppError, type ObjectHash } from '@assay/shared';
import type { ObjectStore } from '@assay/storage';
import type { Finding, Report } from './finding.ts';

/** How far it is: what an interrupted check goes on with. */
export interface ObjectsDone {
  /** The number of the last object that was looked at. */
  after: number;
  objects: number;
  bytes: number;
  findings: Finding[];
}

interface Checking {
  db: Db;
  store: ObjectStore;
  /** Bytes a second; undefined: as fast as it goes. */
  rate: number | undefined;
  signal: AbortSignal;
  report: Report;
  onDone(done: ObjectsDone): Promise<void>;
}

const pageSize = 500;

/** Reads every object and holds its bytes against its SHA-256, until all are done or `signal` says so. */
export async function checkObjects(begun: ObjectsDone, checking: Checking): Promise<ObjectsDone> {
  const { db, store, signal, report, onDone } = checking;
  const done = { ...begun, findings: [...begun.findings] };
  const pace = new Pace(checking.rate, signal);
  for (;;) {
    const page = await listEveryObject(db, done.after, pageSize);
    if (page.length === 0) return done;
    for (const { id, sha256, size, deleted } of page) {
      if (signal.aborted) return done;
      const found = await hashStored(store, sha256, pace);
      if (signal.aborted) return done;
      const message = explain(found, { sha256, size, deleted });
      if (message) {
        const finding: Finding = { kind: 'object', name: sha256, message };
        report(finding);
        done.findings.push(finding);
      }
      Object.assign(done, { after: id, objects: done.objects + 1, bytes: done.bytes + (found?.size ?? 0) });
      await onDone(done);
    }
  }
}

type Stored = { hash: string; size: number } | undefined;

async function hashStored(store: ObjectStore, sha256: ObjectHash, pace: Pace): Promise<Stored> {
  const summing = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of await store.read(sha256)) {
      summing.update(chunk);
      size += chunk.length;
      await pace.took(chunk.length);
    }
  } catch (error) {
    if (error instanceof AppError && error.code === 'object_not_found') return undefined;
    throw error;
  }
  return { hash: summing.digest('hex'), size };
}

function explain(found: Stored, object: { sha256: string; size: number; deleted: boolean }): string | undefined {
  if (!found) return object.deleted ? undefined : 'is not in the store any more';
  if (found.hash !== object.sha256) return `was altered: its bytes hash to ${found.hash}`;
  return found.size === object.size ? undefined : `has ${found.size} bytes; the database says ${object.size}`;
}

/** Holds back whoever reads faster than allowed. */
class Pace {
  readonly #began = performance.now();
  readonly #rate: number | undefined;
  readonly #signal: AbortSignal;
  #bytes = 0;

  constructor(rate: number | undefined, signal: AbortSignal) {
    this.#rate = rate;
    this.#signal = signal;
  }

  async took(bytes: number): Promise<void> {
    if (this.#rate === undefined) return;
    this.#bytes += bytes;
    const ahead = (this.#bytes / this.#rate) * 1000 - (performance.now() - this.#began);
    if (ahead > 5) await wait(ahead, undefined, { signal: this.#signal }).catch(() => {}); // interrupted
  }
}
