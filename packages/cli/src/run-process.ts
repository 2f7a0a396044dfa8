import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setUpToken, startApi } from '@assay/api';
import { hasUsers, migrateDatabase, openDatabase, readOrMakeSecret, StartError, waitForDatabase } from '@assay/db';
import { modelNameSchema } from '@assay/shared';
import { startWorker } from '@assay/worker';
import { webAddress } from './address.ts';
import { checkStore } from './check-store.ts';
import { checkout } from './checkout.ts';
import { type Config, readConfig } from './config.ts';
import { listenForStop, untilAborted } from './stop-signal.ts';

/** The API alone, until SIGINT or SIGTERM. */
export async function runApi(env: NodeJS.ProcessEnv): Promise<void> {
  const config = readConfig(env);
  const databaseUrl = needDatabase(config, 'api');
  await checkStore(config);
  const secret = config.secret ?? (await keepSecret(config.dataDir));
  await runUntilStopped(databaseUrl, 0, async () => {
    const api = await startApi({ ...config, databaseUrl, secret, webRoot: checkout.web });
    await tellSetUpLink(config, databaseUrl, secret);
    return api;
  });
}

/** The worker alone, for these models or all, until SIGINT or SIGTERM. */
export async function runWorker(env: NodeJS.ProcessEnv, models?: string[]): Promise<void> {
  const config = readConfig(env);
  const badName = models?.find((name) => !modelNameSchema.safeParse(name).success);
  if (badName !== undefined)
    throw new StartError(`--models takes names of models, separated by commas; ${JSON.stringify(badName)} is none`);
  const databaseUrl = needDatabase(config, 'worker');
  await checkStore(config);
  await runUntilStopped(databaseUrl, config.graceSeconds, () => startWorker({ ...config, databaseUrl, models }));
}

async function keepSecret(dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  return readOrMakeSecret(join(dataDir, 'secret'));
}

function needDatabase(config: Config, command: string): string {
  if (config.databaseUrl) return config.databaseUrl;
  throw new StartError(`DATABASE_URL must be set for assay ${command}: only assay serve brings a database of its own.`);
}

/** For which a process that was told to stop may go on, besides what it gives its work: then it is ended. */
const stopSeconds = 20;
/** For which one that could not start may go on, to say why. */
const failedMilliseconds = 2_000;

async function runUntilStopped(
  databaseUrl: string,
  graceSeconds: number,
  start: () => Promise<{ close(): Promise<void> }>,
): Promise<void> {
  const stop = listenForStop(() => process.exit(130));
  // Whatever it is at: it may be told so before it runs.
  stop.addEventListener('abort', () => endAfter(graceSeconds + stopSeconds), { once: true });
  await waitForDatabase(databaseUrl, { seconds: 10, signal: stop });
  await migrateDatabase(databaseUrl);
  const running = await start().catch((error: unknown) => {
    // Who has given up must not stay, deaf to every signal, because of something that it left open.
    setTimeout(() => process.exit(1), failedMilliseconds).unref();
    throw error;
  });
  await untilAborted(stop);
  await running.close();
}

/** Ends this process, if something is left by then that keeps it going. */
function endAfter(seconds: number): void {
  const end = () => {
    console.error(`It did not stop within ${seconds} s and is ended. What it had in hand is others' soon.`);
    process.exit(1);
  };
  setTimeout(end, seconds * 1000).unref();
}

async function tellSetUpLink(config: Config, databaseUrl: string, secret: string): Promise<void> {
  const { db, close } = openDatabase(databaseUrl, { connections: 1 });
  try {
    if (await hasUsers(db)) return;
    const address = webAddress(config.host, config.port);
    console.log(`Nobody can sign in yet: create the administrator at ${address}/set-up?token=${setUpToken(secret)}`);
  } finally {
    await close();
  }
}
