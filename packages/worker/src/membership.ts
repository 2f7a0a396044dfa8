import { hostname } from 'node:os';
import {
  beatWorker,
  type Db,
  handBackLost,
  insertWorker,
  removeSilentWorkers,
  removeWorker,
  type WorkQueue,
} from '@assay/db';
import type { Logger } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import { maxAttempts } from './judge-outcome.ts';

/** This process among the workers that share the database. */
export interface Membership {
  /** Changes when the worker was taken for dead, and begins anew. */
  readonly id: string;
  close(): Promise<void>;
}

const beatMilliseconds = 2_000;
const silentSeconds = 8;
// The database may have been away, and all workers silent: each has the time to be heard again first.
const beatsBeforeJudging = 5;

interface MembershipContext {
  db: Db;
  queue: WorkQueue;
  log: Logger;
  /** This worker was taken for dead; what it has in hand is others' now. */
  onLost(): void;
  /** Every two seconds. */
  onBeat(): Promise<void>;
}

/** Says every two seconds that this worker is alive, and puts back what others had in hand that no longer say so. */
export async function joinWorkers({ db, queue, log, onLost, onBeat }: MembershipContext): Promise<Membership> {
  let id = uuidv7();
  let beats = 0;
  const begin = () => insertWorker(db, { id, host: hostname(), pid: process.pid });

  async function beat(): Promise<void> {
    try {
      if (!(await beatWorker(db, id))) {
        log.warn({ worker: id }, 'this worker was silent for too long and was taken for dead');
        id = uuidv7();
        onLost();
        await begin();
      }
      beats += 1;
      if (beats > beatsBeforeJudging) {
        const silent = await removeSilentWorkers(db, silentSeconds);
        if (silent > 0) log.warn({ silent }, 'workers are silent and taken for dead');
      }
      const lost = await handBackLost(db, queue, maxAttempts);
      if (lost > 0) log.warn({ lost }, 'predictions of workers that ended are put back');
      await onBeat();
    } catch (error) {
      beats = 0;
      log.warn({ err: error }, 'the heartbeat was not recorded');
    }
  }

  await begin();
  let beating: Promise<void> | undefined;
  /** Not while the last one goes on: those that a database that hangs holds up would all come after it. */
  const beatOnce = () => {
    beating ??= beat().finally(() => {
      beating = undefined;
    });
    return beating;
  };
  const turns = setInterval(() => void beatOnce(), beatMilliseconds);
  await beatOnce();
  return {
    get id() {
      return id;
    },
    async close() {
      clearInterval(turns);
      await beating;
      await removeWorker(db, id).catch((error: unknown) =>
        log.warn({ err: error, worker: id }, 'the end of this worker was not recorded; it is noticed by its silence'),
      );
    },
  };
}
