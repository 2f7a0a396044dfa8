import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findFreePort } from '@assay/db';
import { checkout } from './checkout.ts';

export interface RunningAssay {
  url: string;
  /** Of `assay serve`, which has the API, the worker, the database and the models as children. */
  pid: number;
  /** `authorization` of the administrator, for tools. */
  signIn(): Promise<{ authorization: string }>;
  /** Stops it and removes its data folder. */
  stop(): Promise<void>;
}

const patience = 120_000;

const investigator = { username: 'investigator', password: 'a long enough password' };

/**
 * `assay serve` as people start it, with every bundled model, a data folder of its own and `administrator` as its first
 * account; ready when this resolves. `env` changes the rest of its configuration.
 */
export async function startAssay(
  administrator = investigator,
  env: Record<string, string> = {},
): Promise<RunningAssay> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-run-'));
  // The database runs as a user of its own, who has to pass through.
  await chmod(folder, 0o711);
  const port = await findFreePort();
  const url = `http://localhost:${port}`;
  const assay = spawn(process.execPath, [checkout.main, 'serve'], {
    env: {
      ...process.env,
      ...env,
      PORT: String(port),
      ASSAY_DATA_DIR: folder,
      ASSAY_ADMIN_USERNAME: administrator.username,
      ASSAY_ADMIN_PASSWORD: administrator.password,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  for (const stream of [assay.stdout, assay.stderr]) stream.on('data', (text) => said.push(String(text)));
  await once(assay, 'spawn');
  const ended = once(assay, 'exit');
  const stop = async () => {
    if (assay.exitCode === null) assay.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };

  for (const deadline = Date.now() + patience; !(await isReady(url)); await wait(100)) {
    if (assay.exitCode === null && Date.now() < deadline) continue;
    await stop();
    throw new Error(`Assay did not become ready. It said:\n${said.join('')}`);
  }
  return { url, pid: assay.pid ?? 0, signIn: () => signIn(url, administrator), stop };
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/readyz`).catch(() => undefined); // nobody listens yet
  return answer?.status === 200;
}

async function signIn(url: string, person: { username: string; password: string }) {
  const answer = await fetch(`${url}/api/auth/sign-in/username`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(person),
  });
  if (!answer.ok) throw new Error(`Signing in answered ${answer.status}: ${await answer.text()}`);
  return { authorization: `Bearer ${answer.headers.get('set-auth-token')}` };
}
