import { hostname, userInfo } from 'node:os';
import { type Db, findEmbeddedUrl, openDatabase, startEmbeddedPostgres, waitForDatabase } from '@assay/db';
import type { Config } from '../config.ts';
import { openDataFolder } from '../data-folder.ts';

/** Who calls the command, as far as the machine knows: for the audit trail. */
export const describeCaller = () => ({ host: hostname(), user: findUser() });

function findUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined; // in a container, a number may be all there is
  }
}

/** Calls `act` with the database of the configuration: the one that runs, or its own, started for as long as that takes. */
export async function withDatabase<T>(config: Config, act: (db: Db) => Promise<T>): Promise<T> {
  const url = config.databaseUrl ?? (await findRunning(config.dataDir));
  if (url) return withUrl(url, act);
  const folder = openDataFolder(config.dataDir, { passable: !config.dataDirIsChosen });
  try {
    const server = await startEmbeddedPostgres({ dataDir: config.dataDir });
    try {
      return await withUrl(server.url, act);
    } finally {
      await server.stop();
    }
  } finally {
    folder.release();
  }
}

async function findRunning(dataDir: string): Promise<string | undefined> {
  const url = await findEmbeddedUrl(dataDir);
  if (!url) return undefined;
  return waitForDatabase(url, { seconds: 0 }).then(
    () => url,
    () => undefined, // nobody runs it
  );
}

async function withUrl<T>(url: string, act: (db: Db) => Promise<T>): Promise<T> {
  await waitForDatabase(url, { seconds: 10 });
  const { db, close } = openDatabase(url, { connections: 2 });
  try {
    return await act(db);
  } finally {
    await close();
  }
}
