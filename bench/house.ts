import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Database, findFreePort, migrateDatabase, openDatabase, startEmbeddedPostgres } from '@assay/db';

const main = fileURLToPath(new URL('../packages/cli/src/main.ts', import.meta.url));
const investigator = { username: 'investigator', password: 'a long enough password' };

/** Assay's parts as processes of their own, each of which can be killed and started again; nothing else of it. */
export interface House {
  url: string;
  folder: string;
  databaseUrl: string;
  database: Database;
  postgresPid(): number;
  killPostgres(): Promise<void>;
  startPostgres(): Promise<void>;
  startApi(): Promise<ChildProcess>;
  startWorker(args?: string[]): ChildProcess;
  signIn(): Promise<{ authorization: string }>;
  stop(): Promise<void>;
}

/** A PostgreSQL and an API with one account, in a folder of their own. Models are at `modelUrls`. */
export async function startHouse(modelUrls: string[], env: Record<string, string> = {}): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-house-'));
  // The database runs as a user of its own, who has to pass through.
  const postgresFolder = join(folder, 'postgres');
  await mkdir(postgresFolder);
  for (const path of [folder, postgresFolder]) await chmod(path, 0o711);
  let postgres = await startEmbeddedPostgres({ dataDir: postgresFolder });
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const databaseUrl = postgres.url;
  await migrateDatabase(databaseUrl);
  const database = openDatabase(databaseUrl, { connections: 4 });
  const children = new Set<ChildProcess>();
  const settings = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    PORT: String(port),
    LOG_LEVEL: 'warn',
    ASSAY_DATA_DIR: folder,
    ASSAY_STORAGE_URL: pathToFileURL(join(folder, 'objects')).href,
    ASSAY_MODEL_URLS: modelUrls.join(),
    ASSAY_SECRET: 'the secret of an Assay that lives for a few minutes',
    ASSAY_ADMIN_USERNAME: investigator.username,
    ASSAY_ADMIN_PASSWORD: investigator.password,
    ...env,
  };
  const start = (args: string[]) => {
    const child = spawn(process.execPath, [main, ...args], { env: settings, stdio: ['ignore', 'ignore', 'inherit'] });
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  };
  const startApi = async () => {
    const child = start(['api']);
    while (!(await answers(`${url}/healthz`))) {
      if (child.exitCode !== null) throw new Error(`assay api ended with ${child.exitCode}`);
      await wait(50);
    }
    return child;
  };
  await startApi();
  return {
    url,
    folder,
    databaseUrl,
    database,
    postgresPid: () => postgres.pid ?? 0,
    killPostgres: () => postgres.kill(),
    async startPostgres() {
      postgres = await startEmbeddedPostgres({ dataDir: postgresFolder });
    },
    startApi,
    startWorker: (args = []) => start(['worker', ...args]),
    async signIn() {
      const answer = await fetch(`${url}/api/auth/sign-in/username`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(investigator),
      });
      return { authorization: `Bearer ${answer.headers.get('set-auth-token')}` };
    },
    async stop() {
      const ended = [...children].map((child) => once(child, 'exit'));
      for (const child of children) child.kill('SIGTERM');
      await Promise.all(ended);
      await database.close();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const answers = (url: string) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  ); // nobody listens yet
