import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import {
  type Db,
  findFreePort,
  hasUsername,
  hasUsers,
  migrateDatabase,
  openDatabase,
  placeCluster,
  prepareEmbeddedPostgres,
  readOrMakeSecret,
  removeWorkersOf,
  replaceBundledModels,
  replaceConfiguredModels,
  waitForDatabase,
} from '@assay/db';
import { findPython, PythonFault } from '@assay/python';
import { checkAddress, localAddress, webAddress } from './address.ts';
import type { BundledModel } from './bundled-models.ts';
import { checkStore } from './check-store.ts';
import { modelChild, ownChild, postgresChild } from './children.ts';
import { type Config, readConfig } from './config.ts';
import { checkSpace, type DataFolder, openDataFolder } from './data-folder.ts';
import { takeLock } from './folder-lock.ts';
import { stopLeftovers } from './leftovers.ts';
import { type LogFile, openLogFile } from './log-file.ts';
import { noProvider } from './provider-config.ts';
import { waitUntilReady } from './readiness.ts';
import { listenForStop, untilAborted } from './stop-signal.ts';
import { Supervisor } from './supervisor.ts';
import { openTerminal, type Terminal } from './terminal.ts';

interface House {
  config: Config;
  env: NodeJS.ProcessEnv;
  folder: DataFolder;
  logFile: LogFile;
  terminal: Terminal;
  supervisor: Supervisor;
  stop: AbortSignal;
}

/** All of Assay in one command, until SIGINT or SIGTERM. Throws a StartError when it can't start. */
export async function serve(env: NodeJS.ProcessEnv): Promise<void> {
  const config = readConfig(env);
  const terminal = openTerminal();
  const folder = openDataFolder(config.dataDir, { passable: !config.dataDirIsChosen });
  const logFile = openLogFile(folder.logs, config.logLevel);
  const supervisor = new Supervisor({ runFolder: folder.run, logFile, warn: terminal.warn });
  const stop = listenForStop(() => {
    supervisor.kill();
    process.exit(130);
  });
  // A dozen processes that compile the same libraries at every start would be most of that start.
  const remembering = { NODE_COMPILE_CACHE: join(folder.path, 'compiled'), ...env };
  const house: House = { config, env: remembering, folder, logFile, terminal, supervisor, stop };
  try {
    await stopLeftovers(folder.run);
    await checkAddress(config.host, config.port);
    await checkStore(config);
    await start(house);
    await untilAborted(stop);
  } catch (error) {
    if (!stop.aborted) {
      logFile.log.error(error, 'not started');
      throw error;
    }
  } finally {
    if (stop.aborted) terminal.progress('Stopping…');
    await supervisor.stop();
    folder.release();
    logFile.log.info('stopped');
    if (stop.aborted) terminal.say('Stopped.');
  }
}

async function start(house: House): Promise<void> {
  const { config, env, folder, logFile, terminal, supervisor, stop } = house;
  const began = performance.now();
  logFile.log.info({ node: process.version, dataDir: config.dataDir }, 'starting');
  const databaseUrl = config.databaseUrl ?? (await startDatabase(house));
  // The models load meanwhile: they need nothing of the rest, and they take the longest.
  const models = await placeModels(await leaveOutPython(house));
  stop.throwIfAborted();
  supervisor.start([...models].map(([url, model]) => modelChild(model, Number(new URL(url).port), env)));
  // A database of ours that was killed reads its journal first, and that may take minutes.
  await waitForDatabase(databaseUrl, { seconds: config.databaseUrl ? 10 : 600, signal: stop });
  terminal.progress('Bringing the database up to date…');
  await migrateDatabase(databaseUrl);

  const database = openDatabase(databaseUrl, { connections: 1 });
  try {
    await removeWorkersOf(database.db, hostname());
    // The packages of a model in Python may take minutes to come: nobody waits for it.
    const [slow, quick] = [true, false].map((python) => [...models].filter(([, model]) => model.python === python));
    await replaceBundledModels(
      database.db,
      (quick ?? []).map(([url, { name }]) => ({ name, url })),
    );
    await replaceConfiguredModels(database.db, [...config.modelUrls, ...(slow ?? []).map(([url]) => url)]);
    const secret = config.secret ?? (await readOrMakeSecret(join(folder.path, 'secret')));
    const settled = { ...env, DATABASE_URL: databaseUrl, ASSAY_SECRET: secret };
    stop.throwIfAborted();
    supervisor.start([ownChild('api', settled)]);
    // All of serve stops within seconds.
    const forWorker = { ...noProvider, ASSAY_ADMIN_USERNAME: '', ASSAY_ADMIN_PASSWORD: '', ASSAY_GRACE_SECONDS: '1.5' };
    supervisor.start([ownChild('worker', { ...settled, ...forWorker })]);

    const onWaiting = (missing: string) => terminal.progress(`Waiting for ${missing}…`);
    await waitUntilReady(localAddress(config.host, config.port), onWaiting, stop);

    const address = webAddress(config.host, config.port);
    const signIn = await explainSignIn(database.db, config, { address, secret });
    logFile.log.info({ address, milliseconds: Math.round(performance.now() - began) }, 'ready');
    terminal.say(`Logs: ${logFile.path}`);
    terminal.say(`Assay is ready at ${address} (${signIn}). Ctrl-C stops it.`);
  } finally {
    await database.close();
  }
}

async function explainSignIn(db: Db, { admin }: Config, link: { address: string; secret: string }): Promise<string> {
  if (admin && (await hasUsername(db, admin.username))) return `sign in as ${admin.username}`;
  if (await hasUsers(db)) return 'sign in with your account';
  // The API's code takes a second to load, which the children need more.
  const { setUpToken } = await import('@assay/api');
  return `nobody can sign in yet: create the administrator at ${link.address}/set-up?token=${setUpToken(link.secret)}`;
}

async function startDatabase({ config, folder, logFile, terminal, supervisor, stop }: House): Promise<string> {
  terminal.progress('Starting the database…');
  const place = await placeCluster(config.dataDir, config.dataDirIsChosen);
  if (place.note) {
    logFile.log.info(place.note);
    terminal.say(place.note);
    const release = takeLock(`${place.folder}.lock`, place.folder);
    process.once('exit', release);
  }
  checkSpace(dirname(place.folder));
  const server = await prepareEmbeddedPostgres(place, folder.path);
  stop.throwIfAborted();
  supervisor.start([postgresChild(server)]);
  return server.url;
}

/** The chosen bundled models, without those in Python where there is no Python, which is said. */
async function leaveOutPython({ config, terminal, logFile }: House): Promise<BundledModel[]> {
  const inPython = config.bundledModels.filter(({ python }) => python);
  if (inPython.length === 0) return config.bundledModels;
  const names = inPython.map(({ name }) => name).join(', ');
  try {
    await findPython();
    return config.bundledModels;
  } catch (error) {
    if (!(error instanceof PythonFault)) throw error;
    const sentence = `${names} is left out. ${error.message}.`;
    logFile.log.warn(sentence);
    terminal.say(sentence);
    return config.bundledModels.filter(({ python }) => !python);
  }
}

/** The models, each under the address that it will have in this run. */
async function placeModels(models: BundledModel[]) {
  const ports = new Set<number>();
  const placed = new Map<string, BundledModel>();
  for (const model of models) {
    const port = await findFreePort(undefined, ports);
    ports.add(port);
    placed.set(`http://127.0.0.1:${port}`, model);
  }
  return placed;
}
