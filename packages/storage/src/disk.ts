import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isMainThread, Worker } from 'node:worker_threads';
import type { DiskActs, DiskOrder, DiskReport } from './disk-thread.ts';

interface Waiting {
  resolve(done: unknown): void;
  reject(error: Error): void;
}

/** Most of its time it hashes. For the disk many acts wait together. */
class DiskThread {
  readonly #thread = new Worker(new URL('./disk-thread.ts', import.meta.url));
  readonly #waiting = new Map<number, Waiting>();
  /** Of this turn of the loop: one message takes them all, since each wakes the thread. */
  #orders: DiskOrder[] = [];
  #last = 0;
  #broken: Error | undefined;

  constructor() {
    this.#thread.on('message', (reports: DiskReport[]) => this.#hear(reports));
    this.#thread.on('error', (error) => this.#break(error instanceof Error ? error : new Error(String(error))));
    this.#thread.on('exit', () => this.#break(new Error('The thread that writes small files has ended')));
    this.#thread.unref();
  }

  get isBroken(): boolean {
    return this.#broken !== undefined;
  }

  get busy(): number {
    return this.#waiting.size;
  }

  order<A extends keyof DiskActs>(act: A, of: Parameters<DiskActs[A]>[0]): ReturnType<DiskActs[A]> {
    const done = new Promise((resolve, reject) => {
      if (this.#broken) return reject(this.#broken);
      const id = ++this.#last;
      // A process ends when it has nothing to do, not while a file is being written.
      if (this.#waiting.size === 0) this.#thread.ref();
      this.#waiting.set(id, { resolve, reject });
      if (this.#orders.push({ id, act, of } as DiskOrder) === 1) process.nextTick(() => this.#send());
    });
    return done as ReturnType<DiskActs[A]>;
  }

  #send(): void {
    this.#thread.postMessage(this.#orders);
    this.#orders = [];
  }

  #hear(reports: DiskReport[]): void {
    for (const { id, ...outcome } of reports) {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if ('failed' in outcome) waiting?.reject(Object.assign(new Error(outcome.failed.message), outcome.failed));
      else waiting?.resolve(outcome.done);
    }
    if (this.#waiting.size === 0) this.#thread.unref();
  }

  #break(error: Error): void {
    if (this.#broken) return;
    this.#broken = error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** A sender can do nothing but wait for hashes. More than two would wait themselves; a thread that is one of many has its own. */
const mostThreads = isMainThread ? Math.min(2, availableParallelism()) : 1;
const threads: DiskThread[] = [];
/** Who writes a file knows when it is synced, and whether that failed. */
const writers = new Map<string, DiskThread>();

/** For a process that will take files in: the first ones find the threads there. Otherwise they are started when needed. */
export function startDiskThreads(): void {
  while (threads.length < mostThreads) threads.push(new DiskThread());
}

function findIdle(): DiskThread {
  for (const [at, { isBroken }] of threads.entries()) if (isBroken) threads[at] = new DiskThread();
  const [idlest] = threads.toSorted((a, b) => a.busy - b.busy);
  if (idlest && (idlest.busy === 0 || threads.length === mostThreads)) return idlest;
  const thread = new DiskThread();
  threads.push(thread);
  return thread;
}

const writerOf = (file: string): DiskThread => writers.get(file) ?? findIdle();

/** What threads beside this one do to small files. Rejects as the file system does, with its code. */
export const disk: DiskActs = {
  write(of) {
    const thread = findIdle();
    writers.set(of.path, thread);
    return thread.order('write', of);
  },
  async finish(of) {
    await writers.get(of.path)?.order('finish', of);
  },
  link: (of) => writerOf(of.file).order('link', of),
  async discard(of) {
    const writer = writers.get(of.path);
    writers.delete(of.path);
    // Most that nobody here writes are gone by then.
    if (writer || existsSync(of.path)) await (writer ?? findIdle()).order('discard', of);
  },
};
