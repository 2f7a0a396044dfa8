import { type Database, type Db, type JobSender, type ModelStanding, openDatabase, openSender } from '@assay/db';
import type { UploadAnswer } from '@assay/shared';
import { type ObjectStore, openStore, sweepDeadline, sweepIncoming } from '@assay/storage';
import { type Logger, pino } from 'pino';
import { type Auth, createAuth, type SignedIn } from './auth.ts';
import type { ApiConfig } from './config.ts';
import { modelFinder } from './find-models.ts';
import { signedInFinder } from './find-signed-in.ts';
import { FreeSpace, measureFreeBytes } from './free-space.ts';
import { Arrivals } from './services/arrivals.ts';
import { type UploadToRecord, uploadRecorder } from './services/record-uploads.ts';
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
  arrivals: Arrivals;
  recordUpload(form: UploadToRecord): Promise<UploadAnswer>;
  findModels(names: string[]): Promise<ModelStanding[]>;
  auth: Auth;
  findSignedIn(headers: Headers): Promise<SignedIn | undefined>;
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
  const arrivals = new Arrivals();
  const auth = createAuth(db, config.secret);
  const sweeps = sweepHourly(store, resumables, log);
  return {
    config,
    db,
    store,
    space: new FreeSpace(() => measureFreeBytes(store.incoming), config.limits.minFreeBytes),
    resumables,
    sender,
    arrivals,
    recordUpload: uploadRecorder({ db, sender, store, log }, arrivals),
    findModels: modelFinder(db),
    auth,
    findSignedIn: signedInFinder(db, auth),
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
