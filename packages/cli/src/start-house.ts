import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type Database, findFreePort, migrateDatabase, openDatabase, startEmbeddedPostgres } from '@assay/db';
import { checkout } from './checkout.ts';

const investigator = { username: 'investigator', password: 'a long enough password' };

/** Assay's parts as processes of their own, each of which can be killed and started again; nothing else of it. */
export interface House {
  url: string;
  folder: string;
  databaseUrl: string;
  /** Address of the object store. */
  storageUrl: string;
  database: Database;
  postgresPid(): number;
  /** As a machine that loses its power. */
  killPostgres(): Promise<void>;
  /** As an operator stops it: whoever is connected is thrown out. */
  stopPostgres(): Promise<void>;
  startPostgres(): Promise<void>;
  /** `assay` with these arguments: `api`, `worker`. */
  spawn(args: string[]): ChildProcess;
  startApi(): Promise<ChildProcess>;
  startWorker(args?: string[]): ChildProcess;
  signIn(): Promise<{ authorization: string }>;
  /** Ends what still runs, and removes the folder unless it is to be kept. */
  stop(options?: { keep: boolean }): Promise<void>;
}

/**
 * A PostgreSQL and an API with one account, in a folder of their own. Models are at `modelUrls`. What the parts say goes
 * to the file `log`, or where this process's own errors go.
 */
export async function startHouse(
  modelUrls: string[],
  env: Record<string, string> = {},
  { log }: { log?: string } = {},
): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-house-'));
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
  const storageUrl = pathToFileURL(join(folder, 'objects')).href;
  const settings = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    PORT: String(port),
    LOG_LEVEL: 'warn',
    ASSAY_DATA_DIR: folder,
    ASSAY_STORAGE_URL: storageUrl,
    ASSAY_MODEL_URLS: modelUrls.join(),
    ASSAY_SECRET: 'the secret of an Assay that lives for a few minutes',
    ASSAY_ADMIN_USERNAME: investigator.username,
    ASSAY_ADMIN_PASSWORD: investigator.password,
    ...env,
  };
  const start = (args: string[]) => {
    const said = log === undefined ? undefined : openSync(log, 'a');
    const stdio = said === undefined ? (['ignore', 'ignore', 'inherit'] as const) : (['ignore', said, said] as const);
    const child = spawn(process.execPath, [checkout.main, ...args], { env: settings, stdio: [...stdio] });
    if (said !== undefined) closeSync(said);
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
  const stop = async ({ keep } = { keep: false }) => {
    const ended = [...children].map((child) => once(child, 'exit'));
    for (const child of children) child.kill('SIGTERM');
    await Promise.all(ended);
    await database.close();
    await postgres.stop();
    if (!keep) await rm(folder, { recursive: true, force: true });
  };
  return {
    url,
    folder,
    databaseUrl,
    storageUrl,
    database,
    postgresPid: () => postgres.pid ?? 0,
    killPostgres: () => postgres.kill(),
    stopPostgres: () => postgres.stop(),
    async startPostgres() {
      postgres = await startEmbeddedPostgres({ dataDir: postgresFolder });
    },
    spawn: start,
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
    stop,
  };
}

const answers = (url: string) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  ); // nobody listens yet
