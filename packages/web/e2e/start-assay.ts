import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { administrator } from './fixtures.ts';

const command = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url));
const patience = 120_000;

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no port');
  return address.port;
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/readyz`).catch(() => null);
  return answer?.status === 200;
}

/** Starts all of Assay with a data folder of its own; what is returned stops it. */
export default async function startAssay(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-e2e-'));
  // The database runs as a user of its own, who has to reach it.
  await chmod(folder, 0o755);
  const port = await findFreePort();
  const url = `http://localhost:${port}`;
  const settings = {
    PORT: String(port),
    ASSAY_DATA_DIR: folder,
    ASSAY_ADMIN_USERNAME: administrator.username,
    ASSAY_ADMIN_PASSWORD: administrator.password,
  };
  const assay = spawn(process.execPath, [command, 'serve'], {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  for (const stream of [assay.stdout, assay.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const ended = once(assay, 'exit');

  const stop = async () => {
    if (assay.exitCode === null) assay.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + patience;
  while (!(await isReady(url))) {
    if (assay.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`Assay did not become ready. It said:\n${said.join('')}`);
    }
    await wait(200);
  }
  process.env.ASSAY_TEST_URL = url;
  return stop;
}
