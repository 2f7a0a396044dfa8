import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { PartName } from './plan.ts';

/** What happened to a part, and when: milliseconds since 1970. */
export interface PartEvent {
  part: PartName;
  what: 'start' | 'kill' | 'stop' | 'ended by itself' | 'does not stop';
  at: number;
  detail?: string;
}

/** Something that runs, and can be killed, stopped and started again, one after the other. */
export interface Part {
  name: PartName;
  /** Process id, while it runs. */
  readonly pid: number | undefined;
  act(what: 'start' | 'kill' | 'stop'): Promise<void>;
}

/** Milliseconds, far longer than anything may take to stop. */
const patience = 60_000;

export type Tell = (event: PartEvent) => void;

/** A process that is started again when it ends by itself, as a supervisor would. */
export class ProcessPart implements Part {
  readonly name: PartName;
  readonly #spawn: () => ChildProcess;
  readonly #tell: Tell;
  #child: ChildProcess | undefined;
  #isWanted = false;
  /** We are ending it. */
  #isEnding = false;
  #before: Promise<void> = Promise.resolve();

  constructor(name: PartName, spawn: () => ChildProcess, tell: Tell) {
    this.name = name;
    this.#spawn = spawn;
    this.#tell = tell;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get child(): ChildProcess | undefined {
    return this.#child;
  }

  act(what: 'start' | 'kill' | 'stop'): Promise<void> {
    this.#isWanted = what === 'start';
    this.#before = this.#before.then(() => (what === 'start' ? this.#start() : this.#end(what)));
    return this.#before;
  }

  async #start(): Promise<void> {
    if (this.#child) return;
    const child = this.#spawn();
    this.#child = child;
    this.#tell({ part: this.name, what: 'start', at: Date.now() });
    child.once('exit', (code, signal) => {
      this.#child = undefined;
      if (this.#isEnding) return;
      this.#tell({ part: this.name, what: 'ended by itself', at: Date.now(), detail: String(code ?? signal) });
      this.#before = this.#before.then(() => wait(500)).then(() => (this.#isWanted ? this.#start() : undefined));
    });
    await once(child, 'spawn');
  }

  async #end(what: 'kill' | 'stop'): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#tell({ part: this.name, what, at: Date.now() });
    this.#isEnding = true;
    const ended = once(child, 'exit');
    child.kill(what === 'kill' ? 'SIGKILL' : 'SIGTERM');
    const impatience = setTimeout(() => {
      this.#tell({ part: this.name, what: 'does not stop', at: Date.now() });
      child.kill('SIGKILL');
    }, patience);
    const [code, signal] = await ended;
    clearTimeout(impatience);
    this.#isEnding = false;
    // By the signal itself: it was told before it could listen.
    if (what === 'kill' || code === 0 || signal) return;
    const detail = `${code ?? signal} when it was told to stop`;
    this.#tell({ part: this.name, what: 'ended by itself', at: Date.now(), detail });
  }
}
