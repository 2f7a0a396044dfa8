import { execFile, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findFreePort, tryPort } from '@assay/db';
import { Pool } from 'undici';

const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));

/** Posts each file to the model, sixteen at a time, and keeps nothing. How many a second. */
export async function runBareLoop(modelUrl: string, paths: string[]): Promise<number> {
  const pool = new Pool(modelUrl, { connections: 16, pipelining: 1 });
  const left = [...paths];
  const began = performance.now();
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let path = left.pop(); path; path = left.pop()) {
        const headers = { 'content-type': 'audio/wav' };
        const body = await readFile(path);
        const response = await pool.request({ path: '/predict', method: 'POST', headers, body });
        await response.body.json();
      }
    }),
  );
  const rate = paths.length / ((performance.now() - began) / 1000);
  await pool.close();
  return rate;
}

/** How many a second, each time that it is run with files; stays one process until `stop`. */
export interface BullmqWorker {
  run(paths: string[]): Promise<number>;
  stop(): void;
}

/** `by`: how it asks the model, as most people would or as we do. */
export function startBullmq(redisPort: number, modelUrl: string, by: 'fetch' | 'undici'): BullmqWorker {
  const child = fork(`${here}bullmq-worker.ts`, [String(redisPort), modelUrl, by]);
  return {
    async run(paths) {
      child.send(paths);
      const [rate] = await Promise.race([once(child, 'message'), once(child, 'exit').then(failIfEnded)]);
      return rate;
    },
    stop: () => child.disconnect(),
  };
}

function failIfEnded([code]: unknown[]): never {
  throw new Error(`The BullMQ worker ended with ${code}`);
}

/** Debian's Python, since that is where its package is. */
export async function runRq(redisPort: number, modelUrl: string, paths: string[]): Promise<number> {
  const args = [`${here}rq_worker.py`, String(redisPort), modelUrl, ...paths];
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  const { stdout } = await run('/usr/bin/python3', args, { env, maxBuffer: 1 << 24 });
  return Number(stdout);
}

const missing = 'The peers need Redis and RQ. Install them with: apt-get install redis-server python3-rq';

/** A Redis of its own that keeps nothing on disk; throws a sentence when it, or RQ, is not there. */
export async function startRedis(): Promise<{ port: number; stop(): Promise<void> }> {
  await run('/usr/bin/python3', ['-c', 'import rq']).catch(() => {
    throw new Error(missing);
  });
  const port = await findFreePort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', options, { stdio: 'ignore' });
  await once(child, 'spawn').catch(() => {
    throw new Error(missing);
  });
  const ended = once(child, 'exit');
  while (!(await tryPort('127.0.0.1', port))) await wait(50);
  return {
    port,
    async stop() {
      child.kill();
      await ended;
    },
  };
}
