import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface ChildSpec {
  name: string;
  command: string;
  args: string[];
  env: Record<string, string | undefined>;
  cwd?: string;
  uid?: number | undefined;
  gid?: number | undefined;
  /** Asks it to end. */
  stopSignal: 'SIGTERM' | 'SIGINT';
  /** How long it may take to end before it is killed. */
  graceMs: number;
  /** With this exit code it says that it can't be started here: it is left out, and everything else goes on. */
  leaveOutCode?: number;
}

export interface Child {
  pid: number | undefined;
  /** Resolves with how it ended, in words. */
  ended: Promise<string>;
  /** To the process and, from SIGKILL, to everything it started. */
  kill(signal: NodeJS.Signals): void;
}

/** Starts a process in a group of its own, so that a terminal's Ctrl-C reaches only us; its lines go to `onLine`. */
export function startChild(spec: ChildSpec, onLine: (line: string) => void): Child {
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd ?? '/',
    env: spec.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(spec.uid === undefined ? {} : { uid: spec.uid, gid: spec.gid }),
  });
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine);
  return {
    pid: child.pid,
    ended: waitForEnd(child),
    kill(signal) {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      signalProcess(signal === 'SIGKILL' ? -child.pid : child.pid, signal);
    },
  };
}

async function waitForEnd(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    // A grandchild that outlives its parent would hold what the next one needs, such as a port.
    if (child.pid !== undefined) signalProcess(-child.pid, 'SIGKILL');
    return signal ? `killed by ${signal}` : `exit code ${code}`;
  } catch (error) {
    return (error as Error).message;
  }
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
