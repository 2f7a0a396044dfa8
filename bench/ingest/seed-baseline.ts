import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '@assay/db';

/** Where the old system's endpoint lies when it lies beside the project. */
export const seedFolder = fileURLToPath(new URL('../../../shared/tools/seed-baseline', import.meta.url));

const cache = fileURLToPath(new URL('../../node_modules/.cache/assay/seed-baseline', import.meta.url));
// As Debian 12 has them, which is what the old system ran on; newer ones read forms twice as fast.
const packages = ['fastapi==0.92.0', 'uvicorn==0.17.6', 'python-multipart==0.0.5'];

/** The old system's upload endpoint (FastAPI, uvicorn), in a Python environment that is kept for the next time. */
export async function startSeedBaseline(folder: string): Promise<{ url: string; stop(): Promise<void> }> {
  const python = join(cache, 'bin/python');
  if (!existsSync(python)) await succeed('python3', ['-m', 'venv', cache]);
  await succeed(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
  const port = await findFreePort();
  const out = await mkdtemp(join(tmpdir(), 'assay-bench-seed-'));
  const server = spawn(python, ['-m', 'uvicorn', 'app:app', '--port', String(port), '--log-level', 'warning'], {
    cwd: folder,
    env: { ...process.env, OUT: out, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = once(server, 'exit');
  const url = `http://127.0.0.1:${port}`;
  while (!(await answers(url))) {
    if (server.exitCode !== null) throw new Error(`The old endpoint ended with ${server.exitCode}`);
    await wait(100);
  }
  return {
    url,
    async stop() {
      server.kill();
      await ended;
      await rm(out, { recursive: true });
    },
  };
}

const answers = (url: string) => fetch(url).then(Boolean, () => false); // nobody listens yet

async function succeed(command: string, args: string[]): Promise<void> {
  const [code] = await once(spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }), 'exit');
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
}
