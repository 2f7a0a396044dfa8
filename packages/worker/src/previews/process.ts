import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { PreviewKind } from '@assay/shared';
import { mostAsked, type Order, wordSchema } from './messages.ts';

export type Outcome = { kind: PreviewKind; bytes: Uint8Array } | { kind: PreviewKind; reason: string };

/** Reads the object that an order is about. Positions are inclusive. */
type Read = (start: number, end: number) => Promise<Uint8Array>;

export interface PreviewLimits {
  /** Of computing, for all of an order that draws a waveform, which reads the whole recording, and for another. */
  seconds: { waveform: number; picture: number };
  /** How many times as long it may take by the clock: a busy machine has little time for previews. */
  patience: number;
  /** Of memory that the process may take, MiB; Node itself reserves 600. */
  memory: number;
  /** After so many orders, or so many seconds of computing, it is replaced. */
  orders: number;
  age: number;
}

export const previewLimits: PreviewLimits = {
  seconds: { waveform: 120, picture: 30 },
  patience: 10,
  memory: 1800,
  orders: 1000,
  age: 600,
};

const entry = fileURLToPath(new URL('./child.ts', import.meta.url));
/** Of the checkout, which has the code that it loads. */
const root = fileURLToPath(new URL('../../../../', import.meta.url));
const nice = 10;
const lookEvery = 250;

/**
 * A process that decodes the files of strangers for previews, one order after the other, and is thrown away when one of
 * them ends badly. What may be lost with it is the order.
 */
export class PreviewProcess {
  readonly #limits: PreviewLimits;
  #child: ChildProcess | undefined;
  #orders = 0;

  constructor(limits: PreviewLimits = previewLimits) {
    this.#limits = limits;
  }

  /** Rejects with the reason of the signal, and with what `read` rejects with; then nothing is known of the file. */
  async make(order: Omit<Order, 'type'>, read: Read, signal: AbortSignal): Promise<Outcome[]> {
    signal.throwIfAborted();
    const child = await this.#take();
    const { seconds, patience } = this.#limits;
    const most = order.kinds.includes('waveform') ? seconds.waveform : seconds.picture;
    const told = Promise.withResolvers<void>();
    const outcomes = new Map<PreviewKind, Outcome>();
    let failure = '';

    const end = (reason: string) => {
      failure = reason;
      this.#kill();
      told.resolve();
    };
    const onMessage = (message: unknown) => {
      const { data: word } = wordSchema.safeParse(message);
      if (!word) return end('What decodes it said something that is none of its words.');
      if (word.type === 'done') return told.resolve();
      if (word.type === 'read') {
        const { start, end: last } = word;
        if (last < start || last >= order.size || last - start >= mostAsked)
          return end('What decodes it asked for more than there is.');
        return void read(start, last).then(
          (bytes) => child.connected && child.send({ type: 'bytes', bytes }),
          told.reject,
        );
      }
      if (!order.kinds.includes(word.kind)) return end('What decodes it made what nobody asked for.');
      outcomes.set(word.kind, word.type === 'made' ? { kind: word.kind, bytes: word.bytes } : { ...word });
    };
    const onExit = (code: number | null, killed: NodeJS.Signals | null) =>
      end(failure || `What decodes it ended (${killed ?? `code ${code}`}): too little memory, or a damaged file.`);
    const onAbort = () => told.reject(signal.reason);
    const tooLong = (limit: number) => end(`It takes longer than ${limit} s to decode.`);
    const timer = setTimeout(() => tooLong(most * patience), most * patience * 1000);
    const before = readComputed(child);
    const looks = setInterval(() => {
      if (readComputed(child) - before > most) tooLong(most);
    }, lookEvery);
    child.on('message', onMessage).once('exit', onExit);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      child.send({ type: 'make', ...order } satisfies Order);
      await told.promise;
    } catch (error) {
      this.#kill();
      throw error;
    } finally {
      clearTimeout(timer);
      clearInterval(looks);
      child.off('message', onMessage).off('exit', onExit);
      signal.removeEventListener('abort', onAbort);
    }
    return order.kinds.map((kind) => outcomes.get(kind) ?? { kind, reason: failure || 'Nothing came of it.' });
  }

  close(): void {
    this.#kill();
  }

  async #take(): Promise<ChildProcess> {
    const { orders, age } = this.#limits;
    if (this.#orders >= orders || (this.#child && readComputed(this.#child) > age)) this.#kill();
    this.#orders++;
    if (this.#child?.connected) return this.#child;
    this.#orders = 1;
    this.#child = await start(this.#limits.memory);
    return this.#child;
  }

  /** With all that it may have started: it leads a group of its own. */
  #kill(): void {
    const { pid, exitCode, signalCode } = this.#child ?? {};
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL');
    this.#child = undefined;
  }
}

/** Seconds that the process has computed, where the system tells: in hundredths, the 14th and 15th of its figures. */
function readComputed({ pid }: ChildProcess): number {
  try {
    const figures = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(figures[11]) + Number(figures[12])) / 100;
  } catch {
    return 0;
  }
}

async function start(memory: number): Promise<ChildProcess> {
  const node = [process.execPath, '--permission', '--allow-addons', `--allow-fs-read=${root}`, entry];
  // No file can be written, no core left behind; a loop ends even when nobody is there to kill it.
  const limits = `ulimit -d ${memory * 1024}; ulimit -f 0; ulimit -c 0; ulimit -t 900; exec "$@"`;
  const command = ['-c', limits, 'previews', ...(await cutOff()), ...node];
  const child = spawn('/bin/sh', command, {
    cwd: root,
    // Nothing of the worker's: its environment has secrets.
    env: {},
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
  child.on('error', () => {}); // an exit follows, or `send` fails
  if (child.pid !== undefined) giveWay(child.pid);
  return child;
}

/** Linux shares the processor out among sessions first, of which a detached process is one: its priority is set as well. */
function giveWay(pid: number): void {
  setPriority(pid, nice);
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(nice));
  } catch {
    // Not Linux, or one that does not group.
  }
}

let cutting: Promise<string[]> | undefined;

/** What starts a command without a network, where this machine lets people do that. */
function cutOff(): Promise<string[]> {
  const command = ['unshare', '--user', '--net'];
  cutting ??= promisify(execFile)('unshare', [...command.slice(1), process.execPath, '--version']).then(
    () => command,
    () => [],
  );
  return cutting;
}
