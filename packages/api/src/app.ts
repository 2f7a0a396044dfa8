import { type Database, type Db, type JobSender, openDatabase, openSender } from '@assay/db';
import { type ObjectStore, openStore } from '@assay/storage';
import { type Logger, pino } from 'pino';
import { type Auth, createAuth } from './auth.ts';
import type { ApiConfig } from './config.ts';

/** What a request can reach. */
export interface App {
  config: ApiConfig;
  db: Db;
  store: ObjectStore;
  sender: JobSender;
  auth: Auth;
  log: Logger;
  close(): Promise<void>;
}

export async function openApp(config: ApiConfig): Promise<App> {
  const database: Database = openDatabase(config.databaseUrl);
  const { db } = database;
  const sender = await openSender(db);
  const store = await openStore(config.storageUrl);
  return {
    config,
    db,
    store,
    sender,
    auth: createAuth(db, config.secret),
    log: pino({ name: 'api', level: config.logLevel }),
    async close() {
      await sender.close();
      await store.close();
      await database.close();
    },
  };
}
