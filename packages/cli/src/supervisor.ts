import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, type ChildSpec, startChild } from './child.ts';
import type { LogFile } from './log-file.ts';
import { identifyProcess } from './process-identity.ts';

const firstPauseMs = 200;
const longestPauseMs = 30_000;
/** Who has run this long is well: the next end of it begins with the first pause again. */
const wellAfterMs = 30_000;

export interface SupervisorOptions {
  /** Where a file per child says which process it is, for the next start to find what a kill -9 left. */
  runFolder: string;
  logFile: LogFile;
  /** A sentence for the terminal, such as that a child ended. */
  warn: (sentence: string) => void;
  /** All of the children end within this time, the last started last. */
  stopWithinMs?: number;
}

/** Keeps children running, in stages: a later stage needs the earlier ones, and is stopped before them. */
export class Supervisor {
  private readonly options: SupervisorOptions;
  private readonly stages: Set<Keeper>[] = [];

  constructor(options: SupervisorOptions) {
    this.options = options;
  }

  /** Starts a stage of children and keeps them running until `stop`. */
  start(specs: ChildSpec[]): void {
    this.stages.push(new Set(specs.map((spec) => new Keeper(spec, this.options))));
  }

  /** Stops stage after stage, the last started first; who takes too long is killed. */
  async stop(): Promise<void> {
    const end = Date.now() + (this.options.stopWithinMs ?? 4500);
    for (const stage of this.stages.toReversed()) {
      await Promise.all([...stage].map((keeper) => keeper.stop(Math.max(0, end - Date.now()))));
    }
  }

  /** Kills all of them at once. */
  kill(): void {
    for (const stage of this.stages) for (const keeper of stage) keeper.kill();
  }
}

/** One child and all its lives. */
class Keeper {
  private readonly spec: ChildSpec;
  private readonly options: SupervisorOptions;
  private readonly stopping = new AbortController();
  private readonly done: Promise<void>;
  private child: Child | undefined;

  constructor(spec: ChildSpec, options: SupervisorOptions) {
    this.spec = spec;
    this.options = options;
    this.done = this.keep();
  }

  private async keep(): Promise<void> {
    const { spec, options, stopping } = this;
    const { log } = options.logFile;
    const pidFile = join(options.runFolder, `${spec.name}.json`);
    for (let pause = firstPauseMs; ; pause = Math.min(pause * 2, longestPauseMs)) {
      const started = Date.now();
      this.child = startChild(spec, (line) => options.logFile.writeLine(spec.name, line));
      const identity = this.child.pid && identifyProcess(this.child.pid);
      if (identity) writeFileSync(pidFile, JSON.stringify({ ...identity, stopSignal: spec.stopSignal }));
      log.info({ child: spec.name, pid: this.child.pid }, 'started');
      const how = await this.child.ended;
      rmSync(pidFile, { force: true });
      if (stopping.signal.aborted) {
        log.info({ child: spec.name }, `stopped (${how})`);
        return;
      }
      if (spec.leaveOutCode !== undefined && how === `exit code ${spec.leaveOutCode}`) {
        const sentence = `${spec.name} can't be started here, and is left out. The log says why`;
        log.error({ child: spec.name }, sentence);
        options.warn(sentence);
        return;
      }
      if (Date.now() - started > wellAfterMs) pause = firstPauseMs;
      const sentence = `${spec.name} ended (${how}); starting it again in ${pause / 1000} s`;
      log.error({ child: spec.name }, sentence);
      options.warn(sentence);
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
    }
  }

  async stop(withinMs: number): Promise<void> {
    this.stopping.abort();
    this.child?.kill(this.spec.stopSignal);
    const patience = setTimeout(() => this.kill(), Math.min(withinMs, this.spec.graceMs));
    await this.done;
    clearTimeout(patience);
  }

  kill(): void {
    this.stopping.abort();
    this.child?.kill('SIGKILL');
  }
}
