import { type Database, type Db, type JobSender, openDatabase, openSender } from '@assay/db';
import { type ObjectStore, openStore, sweepDeadline, sweepIncoming } from '@assay/storage';
import { type Logger, pino } from 'pino';
import { type Auth, createAuth } from './auth.ts';
import type { ApiConfig } from './config.ts';
import { FreeSpace, measureFreeBytes } from './free-space.ts';
import { ResumableStore } from './services/resumable-store.ts';

/** What a request can reach. */
export interface App {
  config: ApiConfig;
  db: Db;
  store: ObjectStore;
  /** Of the disk that uploads come in on. */
  space: FreeSpace;
  resumables: ResumableStore;
  sender: JobSender;
  auth: Auth;
  log: Logger;
  close(): Promise<void>;
}

export async function openApp(config: ApiConfig): Promise<App> {
  const database: Database = openDatabase(config.databaseUrl);
  const { db } = database;
  const sender = await openSender(db);
  const store = await openStore(config.storageUrl, config);
  const log = pino({ name: 'api', level: config.logLevel });
  const resumables = new ResumableStore(store.incoming);
  const sweeps = sweepHourly(store, resumables, log);
  return {
    config,
    db,
    store,
    space: new FreeSpace(() => measureFreeBytes(store.incoming), config.limits.minFreeBytes),
    resumables,
    sender,
    auth: createAuth(db, config.secret),
    log,
    async close() {
      clearInterval(sweeps);
      await sender.close();
      await store.close();
      await database.close();
    },
  };
}

const hour = 60 * 60 * 1000;

/** Removes what nobody goes on with: now, and every hour. */
function sweepHourly(store: ObjectStore, resumables: ResumableStore, log: Logger): NodeJS.Timeout {
  const sweep = async () => {
    try {
      const expired = await resumables.deleteExpired();
      const abandoned = await sweepIncoming(store.incoming, sweepDeadline());
      log.info({ expired, abandoned }, 'incoming files swept');
    } catch (error) {
      log.error({ err: error }, 'incoming files not swept');
    }
  };
  void sweep();
  return setInterval(sweep, hour).unref();
}
