import {
  type AccessChange,
  type Asker,
  accessChannel,
  type Database,
  type Db,
  type JobSender,
  Line,
  type ModelStanding,
  openDatabase,
  openSender,
  sweepGuesses,
  tellUploading,
  type UploadCase,
} from '@assay/db';
import type { UploadAnswer } from '@assay/shared';
import { type ObjectStore, openStore, startDiskThreads, sweepDeadline, sweepIncoming } from '@assay/storage';
import { type Logger, pino } from 'pino';
import type { Credentials } from './access.ts';
import { type Auth, createAuth } from './auth.ts';
import type { ApiConfig } from './config.ts';
import { modelFinder } from './find-models.ts';
import { signedInFinder } from './find-signed-in.ts';
import { uploadCaseFinder } from './find-upload-cases.ts';
import { FreeSpace, measureFreeBytes } from './free-space.ts';
import { OpenRequests } from './open-requests.ts';
import { Arrivals } from './services/arrivals.ts';
import { guessSeconds } from './services/guesses.ts';
import { type UploadToRecord, uploadRecorder } from './services/record-uploads.ts';
import { ResumableStore } from './services/resumable-store.ts';
import { RunChanges } from './services/run-changes.ts';
import { SignInProvider } from './services/sign-in-provider.ts';
import { UploadPace } from './services/upload-pace.ts';
import { Views } from './services/views.ts';

/** What a request can reach. */
export interface App {
  config: ApiConfig;
  db: Db;
  store: ObjectStore;
  /** Of the disk that uploads come in on. */
  space: FreeSpace;
  pace: UploadPace;
  resumables: ResumableStore;
  sender: JobSender;
  /** The order of what waits. */
  line: Line;
  runChanges: RunChanges;
  arrivals: Arrivals;
  recordUpload(form: UploadToRecord): Promise<UploadAnswer>;
  findModels(names: string[]): Promise<ModelStanding[]>;
  listUploadCases(sender: Asker, named: string | undefined): Promise<UploadCase[]>;
  auth: Auth;
  /** Undefined: people sign in with passwords only. */
  provider: SignInProvider | undefined;
  openRequests: OpenRequests;
  findSignedIn(headers: Headers): Promise<Credentials | undefined>;
  views: Views;
  log: Logger;
  close(): Promise<void>;
}

export async function openApp(config: ApiConfig): Promise<App> {
  const database: Database = openDatabase(config.databaseUrl);
  const { db } = database;
  const sender = await openSender(db);
  const line = new Line();
  const runChanges = new RunChanges();
  await runChanges.listen(database);
  const store = await openStore(config.storageUrl, config);
  startDiskThreads();
  const log = pino({ name: 'api', level: config.logLevel });
  const pace = new UploadPace(() => {
    tellUploading(db, uploadingSeconds).catch((error: unknown) =>
      log.warn({ err: error }, 'workers not told of uploads'),
    );
  });
  const resumables = new ResumableStore(store.incoming, (bytes) => pace.count(bytes));
  const arrivals = new Arrivals();
  const auth = createAuth(db, config.secret);
  const openRequests = new OpenRequests();
  await database.listen(accessChannel, (message) => {
    openRequests
      .recheck(message === undefined ? undefined : (JSON.parse(message) as AccessChange))
      .catch((error: unknown) => log.error({ err: error }, 'open requests not looked at after a change of access'));
  });
  const sweeps = sweepHourly({ db, store, resumables, log });
  return {
    config,
    db,
    store,
    space: new FreeSpace(() => measureFreeBytes(store.incoming), config.limits.minFreeBytes),
    pace,
    resumables,
    sender,
    line,
    runChanges,
    arrivals,
    recordUpload: uploadRecorder({ db, sender, line, store, log, derivations: config.limits.derivations }, arrivals),
    findModels: modelFinder(db),
    listUploadCases: uploadCaseFinder(db),
    auth,
    provider: config.provider && new SignInProvider(config.provider, { db, secret: config.secret, log }),
    openRequests,
    findSignedIn: signedInFinder(db, auth, config.secondFactor),
    views: new Views(db),
    log,
    async close() {
      clearInterval(sweeps);
      pace.close();
      await sender.close();
      await store.close();
      await database.close();
    },
  };
}

/** It is told every second. */
const uploadingSeconds = 3;
const hour = 60 * 60 * 1000;

/** Removes what nobody goes on with: now, and every hour. */
function sweepHourly({ db, store, resumables, log }: Pick<App, 'db' | 'store' | 'resumables' | 'log'>): NodeJS.Timeout {
  const sweep = async () => {
    try {
      const expired = await resumables.deleteExpired();
      await sweepGuesses(db, guessSeconds);
      const abandoned = await sweepIncoming(store.incoming, sweepDeadline());
      log.info({ expired, abandoned }, 'incoming files swept');
    } catch (error) {
      log.error({ err: error }, 'incoming files not swept');
    }
  };
  void sweep();
  return setInterval(sweep, hour).unref();
}
