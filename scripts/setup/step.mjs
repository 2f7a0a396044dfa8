import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const running = new Set();

/**
 * Runs a command to its end with everything it says in the log. Resolves with its exit code and its last lines.
 * It has a process group of its own, so that stopping it stops all that it started.
 */
export function runStep(command, args, { cwd, env, logFile, onLine }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    const last = [];
    const take = (line) => {
      appendFileSync(logFile, `${line}\n`);
      if (line.trim() && !/^\s+at /.test(line)) last.push(line);
      if (last.length > 15) last.shift();
      onLine?.(line);
    };
    take(`${new Date().toISOString()} ${[command, ...args].join(' ')}`);
    createInterface({ input: child.stdout }).on('line', take);
    createInterface({ input: child.stderr }).on('line', take);
    child.on('error', (error) => take(error.message));
    child.on('close', (code) => {
      running.delete(child);
      resolve({ code: code ?? 1, last });
    });
  });
}

/**
 * Ends the setup, and all it started, on a signal and when its parent is gone: npm passes SIGTERM to the shell only,
 * which dies without a word to us.
 */
export function stopWithParent(release) {
  const parent = process.ppid;
  const stop = (code) => {
    for (const child of running) {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It ended by itself in the meantime.
      }
    }
    release();
    process.exit(code);
  };
  process.once('SIGINT', () => stop(130));
  process.once('SIGTERM', () => stop(143));
  process.once('SIGHUP', () => stop(129));
  setInterval(() => process.ppid !== parent && stop(1), 250).unref();
}
