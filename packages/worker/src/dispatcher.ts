import {
  type ClaimedPrediction,
  claimPredictions,
  type Db,
  type Isolation,
  startIsolated,
  type WorkQueue,
} from '@assay/db';
import type { Manifest, ObjectHash } from '@assay/shared';
import type { ObjectStore } from '@assay/storage';
import pLimit from 'p-limit';
import type { Logger } from 'pino';
import type { Seat } from './address.ts';
import type { Breaker } from './breaker.ts';
import type { Finisher } from './finisher.ts';
import { type CallRecord, judgeOutcome } from './judge-outcome.ts';
import type { ModelRegistry } from './model-registry.ts';
import type { PredictPool } from './pool.ts';
import { withEmitted } from './with-emitted.ts';

export interface DispatchContext {
  db: Db;
  queue: WorkQueue;
  pool: PredictPool;
  store: ObjectStore;
  registry: ModelRegistry;
  breaker: Breaker;
  finish: Finisher;
  log: Logger;
  workerId(): string;
  /** What this worker wants of the models' time has changed. */
  divide(): void;
  /** Of what is isolated at its model, this worker makes one at a time, whatever the model. */
  alone<T>(run: () => Promise<T>): Promise<T>;
}

/** A prediction that this worker has claimed, until what came of it is written. */
interface Held {
  claimed: ClaimedPrediction;
  /** Aborted when it is called off: cancelled by somebody, given to another worker, or handed back. */
  calledOff: AbortController;
  /** Addresses where nobody listened. */
  tried: Set<string>;
  isTrial: boolean;
  /** Other workers were asked to leave it the model. */
  hasAsked: boolean;
}

// What a fast model ends within this time is claimed ahead, so that it never waits for the database.
const aheadSeconds = 0.2;
const mostAhead = 256;

/**
 * One model's work in this worker: claims what is first in the line, as much as the model has hands for, and gives each
 * to an address that has a seat free. No model waits for another's.
 */
export class Dispatcher {
  readonly #context: DispatchContext;
  readonly #modelId: number;
  #manifest: Manifest;
  readonly #held = new Map<string, Held>();
  readonly #waiting: Held[] = [];
  /** Of what is isolated in the worker, this model makes one at a time: no other model's waits for a slow one's. */
  readonly #alone = pLimit(1);
  /** Seconds that a call takes, of late; null: none has ended yet. */
  #callSeconds: number | null = null;
  #isClaiming = false;
  #claiming: Promise<void> | undefined;
  /** Work came while it was claiming. */
  #claimAgain = false;
  #isClosed = false;
  #idle: (() => void) | undefined;

  constructor(context: DispatchContext, modelId: number, manifest: Manifest) {
    this.#context = context;
    this.#modelId = modelId;
    this.#manifest = manifest;
  }

  get heldIds(): string[] {
    return [...this.#held.keys()];
  }

  /** Whether it could do something with work now. */
  get isHungry(): boolean {
    return !this.#isClosed && this.#held.size === 0 && this.#context.registry.canServe(this.#modelId);
  }

  /** Whether what is next needs the model with nothing of another worker beside it. */
  get waitsAlone(): boolean {
    return this.#waiting[0]?.claimed.isolation === 'at_model';
  }

  update(manifest: Manifest): void {
    this.#manifest = manifest;
  }

  /** There may be something to claim, or a seat for what is claimed. */
  wake(): void {
    this.#start();
    if (this.#isClaiming) {
      this.#claimAgain = true;
      return;
    }
    this.#claiming = this.#claim().catch((error: unknown) =>
      this.#context.log.warn({ err: error }, 'work could not be claimed'),
    );
  }

  /** These are no longer this worker's. */
  callOff(ids: Iterable<string>): void {
    for (const id of ids) this.#held.get(id)?.calledOff.abort();
    this.#start();
  }

  /** Takes no further work and hands back what waits; resolves when what runs has ended too. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#start();
    await this.#claiming;
    if (this.#held.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
  }

  async #claim(): Promise<void> {
    this.#isClaiming = true;
    try {
      do this.#claimAgain = false;
      while ((await this.#claimOnce()) || this.#claimAgain);
    } finally {
      this.#isClaiming = false;
    }
  }

  /** Whether there may be more where this came from. */
  async #claimOnce(): Promise<boolean> {
    const { db, queue, registry, breaker, workerId } = this.#context;
    const calls = registry.countCalls(this.#modelId);
    if (this.#isClosed || calls === 0) return false;
    const isPaused = breaker.isPaused(this.#modelId);
    const ahead = this.#callSeconds === null ? 0 : Math.ceil((calls * aheadSeconds) / this.#callSeconds) - calls;
    const room = (isPaused ? 1 : calls + Math.min(mostAhead, Math.max(0, ahead))) - this.#held.size;
    // A few at a time cost as much as many; but no seat stays free for that.
    if (room <= 0 || (this.#waiting.length > 0 && room < this.#held.size / 2)) return false;
    if (isPaused && !(await breaker.takeTrial(this.#modelId, this.#manifest.limits.timeoutSeconds))) return false;
    const most = Math.min(room, mostAhead);
    const claimed = await claimPredictions(db, queue, { modelId: this.#modelId, workerId: workerId(), most });
    for (const each of claimed) {
      const held = {
        claimed: each,
        calledOff: new AbortController(),
        tried: new Set<string>(),
        isTrial: isPaused,
        hasAsked: false,
      };
      this.#held.set(each.id, held);
      this.#waiting.push(held);
    }
    if (isPaused && claimed.length === 0) await breaker.returnTrial(this.#modelId);
    this.#start();
    return claimed.length === most;
  }

  /** Gives seats to what waits for one, in order. */
  #start(): void {
    const { registry } = this.#context;
    for (let held = this.#waiting[0]; held; held = this.#waiting[0]) {
      const { tried, claimed } = held;
      if (held.calledOff.signal.aborted || this.#isClosed) this.#letGo(held, { kind: 'cancelled' });
      else if (!registry.canServe(this.#modelId, tried))
        this.#letGo(held, { kind: 'unreachable', reason: `${this.#name} does not answer` });
      else {
        const { isolation } = claimed;
        const seat = registry.take(this.#modelId, { tried, isolation });
        if (!seat) {
          if (isolation === 'at_model' && !held.hasAsked) this.#context.divide();
          held.hasAsked = true;
          return;
        }
        if (isolation === 'none') void this.#make(held, seat);
        else void this.#takeTurn(isolation, () => this.#makeAlone(held, seat));
      }
      this.#waiting.shift();
    }
  }

  #takeTurn(isolation: Isolation, run: () => Promise<void>): Promise<void> {
    return isolation === 'at_model' ? this.#context.alone(run) : this.#alone(run);
  }

  get #name(): string {
    return `${this.#manifest.name} ${this.#manifest.version}`;
  }

  #letGo(held: Held, outcome: CallRecord['outcome']): void {
    void this.#settle(held, { outcome, hadCompany: false });
  }

  /** Says first that it runs: should the worker end before what came of it is written, it may be the cause. */
  async #makeAlone(held: Held, seat: Seat): Promise<void> {
    const { db, workerId, log } = this.#context;
    const isOurs = await startIsolated(db, workerId(), held.claimed.id).catch((error: unknown) => {
      log.warn({ err: error, prediction: held.claimed.id }, 'the start of a prediction could not be recorded');
      return false;
    });
    if (isOurs) return this.#make(held, seat);
    seat.release();
    await this.#settle(held, { outcome: { kind: 'cancelled' }, hadCompany: false });
  }

  async #make(held: Held, seat: Seat): Promise<void> {
    const { registry } = this.#context;
    const began = performance.now();
    const outcome = await this.#ask(held, seat);
    if (outcome.kind === 'unreachable') {
      // Nobody has had the object yet: another of its addresses may.
      held.tried.add(seat.url);
      registry.recheck(seat.url);
      this.#waiting.unshift(held);
      seat.release();
      return;
    }
    const seconds = (performance.now() - began) / 1000;
    this.#callSeconds = this.#callSeconds === null ? seconds : 0.9 * this.#callSeconds + 0.1 * seconds;
    // A thread is shared with others unless it is isolated, whoever else is at the model.
    const hadCompany = outcome.kind === 'thread_died' ? held.claimed.isolation === 'none' : seat.hadCompany();
    seat.release();
    // The others have waited.
    if (held.claimed.isolation === 'at_model' && !this.waitsAlone) this.#context.divide();
    await this.#settle(held, { outcome, hadCompany });
  }

  async #ask({ claimed, calledOff }: Held, { url }: Seat): Promise<CallRecord['outcome']> {
    const { limits } = this.#manifest;
    if (claimed.size > limits.maxBytes) {
      const reason = `${this.#manifest.name} takes at most ${limits.maxBytes} bytes; this object has ${claimed.size}`;
      return { kind: 'refused', reason };
    }
    const { id, sha256, size, encoding, mime } = claimed;
    const task = {
      modelUrl: url,
      predictionId: id,
      object: { sha256, size, encoding },
      mime,
      timeoutSeconds: limits.timeoutSeconds,
      emits: this.#manifest.emits,
    };
    return this.#context.pool
      .run(task, { signal: calledOff.signal, alone: claimed.isolation !== 'none' })
      .catch((error: Error) => ({
        kind: 'thread_died' as const,
        reason: `The thread that had it in hand ended: ${error.message}`,
      }));
  }

  async #settle(held: Held, call: Omit<CallRecord, 'isPaused'>): Promise<void> {
    const { store, log } = this.#context;
    const { claimed } = held;
    try {
      const isPaused = await this.#tellBreaker(held, call.outcome);
      log.debug({ prediction: claimed.id, model: this.#name, outcome: call.outcome.kind }, 'prediction');
      await withEmitted(store, call.outcome, (outcome, found) =>
        this.#write(claimed, { ...call, outcome, isPaused }, found),
      );
    } catch (error) {
      log.error({ err: error, prediction: claimed.id }, 'a prediction could not be finished');
    } finally {
      this.#held.delete(claimed.id);
      if (this.#held.size === 0) this.#idle?.();
      this.wake();
    }
  }

  async #write(claimed: ClaimedPrediction, call: CallRecord, found: ObjectHash[]): Promise<void> {
    const ending = judgeOutcome(claimed, call);
    const { emitted: files, length } = call.outcome.kind === 'answered' ? call.outcome : { emitted: [], length: 0 };
    const emitted = files.length > 0 ? { objectId: claimed.objectId, files, found } : undefined;
    await this.#context.finish({ ...ending, length, ...(emitted && { emitted }) });
    if (ending.kind === 'again') setTimeout(() => this.wake(), ending.seconds * 1000 + 20).unref();
  }

  /** Whether the model is paused, so that the object is not to blame. */
  async #tellBreaker({ claimed, isTrial }: Held, outcome: CallRecord['outcome']): Promise<boolean> {
    const { breaker, log } = this.#context;
    try {
      if (outcome.kind === 'answered' || outcome.kind === 'refused') await breaker.recordSuccess(this.#modelId);
      else if (isTrial && !isFault(outcome)) await breaker.returnTrial(this.#modelId);
      if (!isFault(outcome)) return breaker.isPaused(this.#modelId);
      return await breaker.recordFault(this.#modelId, claimed.id, outcome.reason, isTrial);
    } catch (error) {
      log.warn({ err: error }, 'the pause of a model could not be recorded');
      return false;
    }
  }
}

type Outcome = CallRecord['outcome'];
const isFault = (outcome: Outcome): outcome is Extract<Outcome, { kind: 'model_fault' | 'model_broke' }> =>
  outcome.kind === 'model_fault' || outcome.kind === 'model_broke';
