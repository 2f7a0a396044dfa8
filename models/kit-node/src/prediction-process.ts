import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { FromProcess, PredictOrder, ToProcess } from './process-messages.ts';

/** How long an aborted prediction may take to notice before its process is killed. */
const abortGraceMs = 500;

/** The server's hand on one process that predicts, one object at a time. */
export class PredictionProcess {
  readonly #child: ChildProcess;
  #settle: ((message: FromProcess) => void) | undefined;

  constructor(predictor: URL) {
    this.#child = fork(new URL('./process-main.ts', import.meta.url), [predictor.href], {
      execArgv: [],
      // Unlike JSON this keeps NaN as it is, so that it can be refused.
      serialization: 'advanced',
      // What a library prints must not mix with the server's line on stdout.
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    const fail = (message: string) => this.#settle?.({ kind: 'error', message, stack: undefined });
    this.#child.on('message', (message: FromProcess) => this.#settle?.(message));
    this.#child.on('error', (error) => fail(error.message));
    this.#child.on('exit', (code, signal) =>
      fail(`The process of the prediction ended (${signal ?? `exit code ${code}`})`),
    );
  }

  /** Waits until the predictor's `init` is done. Rejects with what it threw. */
  async start(): Promise<void> {
    const message = await this.#next();
    if (message.kind === 'ready') return;
    await this.end();
    throw new Error('message' in message ? message.message : `It said "${message.kind}" out of turn`);
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null && this.#child.connected;
  }

  /** Resolves with what the process said, also when it dies. After an abort it is killed if it does not stop. */
  async predict(order: PredictOrder, signal: AbortSignal): Promise<FromProcess> {
    const next = this.#next();
    let kill: NodeJS.Timeout | undefined;
    const abort = () => {
      this.#send({ kind: 'abort', reason: String(signal.reason?.message ?? 'Cancelled') });
      kill = setTimeout(() => this.#child.kill('SIGKILL'), abortGraceMs);
    };
    signal.addEventListener('abort', abort, { once: true });
    try {
      this.#send(order);
      if (signal.aborted) abort();
      return await next;
    } finally {
      signal.removeEventListener('abort', abort);
      clearTimeout(kill);
    }
  }

  async end(): Promise<void> {
    if (this.#ended) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  get #ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined;
  }

  #send(message: ToProcess) {
    // A process that is gone says so through its exit.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #next(): Promise<FromProcess> {
    return new Promise((resolve) => {
      this.#settle = (message) => {
        this.#settle = undefined;
        resolve(message);
      };
      if (this.#ended)
        this.#settle({ kind: 'error', message: 'The process of the prediction ended', stack: undefined });
    });
  }
}
