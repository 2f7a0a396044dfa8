import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findBinaries } from './embedded/binaries.ts';
import { type ClusterPlace, makeClusterIfNone, placeCluster } from './embedded/cluster.ts';
import { waitForDatabase } from './embedded/connection.ts';
import { dieWithParent } from './embedded/death-signal.ts';
import { findFreePort } from './embedded/free-port.ts';
import { readSecret } from './embedded/kept-secret.ts';
import { stopLeftoverServer } from './embedded/leftovers.ts';
import { listSettings } from './embedded/settings.ts';

/** A cluster that is ready to be run: spawn it like this, stop it with SIGINT (fast) or SIGQUIT (at once). */
export interface EmbeddedPostgres {
  url: string;
  command: string;
  args: string[];
  env: Record<string, string>;
  uid?: number | undefined;
  gid?: number | undefined;
}

/**
 * Makes the cluster at `place` when there is none and clears away what a killed server left. The caller sees to it
 * that nobody else does so at the same time. Throws StartError with a sentence for the person at the terminal.
 */
export async function prepareEmbeddedPostgres(
  place: ClusterPlace,
  dataDir: string,
  options: { fsync?: boolean } = {},
): Promise<EmbeddedPostgres> {
  const binaries = await findBinaries(place.user);
  const password = await makeClusterIfNone(place, binaries, dataDir);
  await stopLeftoverServer(place.folder);
  const port = await keepPort(join(dataDir, 'postgres-port'));
  const socket = findSocketFolder(place.folder);
  const settings = {
    ...listSettings(),
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: socket ?? '',
    max_connections: 100,
    fsync: options.fsync === false ? 'off' : 'on',
    log_line_prefix: '',
  };
  const [command, args] = dieWithParent(
    join(binaries, 'bin/postgres'),
    ['-D', place.folder, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    'INT',
  );
  const url = addressOf(password, port, socket);
  return { url, command, args, env: { LC_ALL: 'C', TZ: 'UTC' }, uid: place.user.uid, gid: place.user.gid };
}

/** Where the cluster of a data folder answers while Assay runs; undefined: there has never been one. */
export async function findEmbeddedUrl(dataDir: string): Promise<string | undefined> {
  const [password, port] = await Promise.all(
    ['postgres-password', 'postgres-port'].map((name) => readSecret(join(dataDir, name))),
  );
  return password && port && addressOf(password, port);
}

/** With a socket it is the quicker way in, for the database's own user and root; without, anybody's of this machine. */
function addressOf(password: string, port: number | string, socket?: string): string {
  const address = `postgres://assay:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
  return socket ? `${address}?host=${encodeURIComponent(socket)}` : address;
}

// What the kernel takes, less what PostgreSQL adds to the folder.
const longestSocketFolder = 107 - '/.s.PGSQL.65535.lock'.length;

/** In the cluster's own folder, which nobody else can enter; undefined: its path is too long for a socket. */
const findSocketFolder = (cluster: string) => (Buffer.byteLength(cluster) <= longestSocketFolder ? cluster : undefined);

/** The port of the last time when it is free, so that an address that somebody noted stays right. */
async function keepPort(file: string): Promise<number> {
  const last = Number(await readFile(file, 'utf8').catch(() => '')) || undefined;
  const port = await findFreePort(last);
  if (port !== last) await writeFile(file, `${port}\n`);
  return port;
}

/** Runs a cluster of its own in `dataDir` until `stop()`: for tests. `fsync: false` trades safety for speed. */
export async function startEmbeddedPostgres(options: { dataDir: string; fsync?: boolean }) {
  const place = await placeCluster(options.dataDir, true);
  const server = await prepareEmbeddedPostgres(place, options.dataDir, options);
  const child = spawn(server.command, server.args, {
    cwd: '/',
    env: server.env,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(server.uid === undefined ? {} : { uid: server.uid, gid: server.gid }),
  });
  let log = '';
  child.stderr.on('data', (text) => {
    log = `${log}${text}`.slice(-4000);
  });
  const ended = once(child, 'exit');
  const failed = new AbortController();
  child.once('exit', () => failed.abort(new Error(`PostgreSQL ended: ${log}`)));
  await waitForDatabase(server.url, { seconds: 30, signal: failed.signal });
  return {
    url: server.url,
    pid: child.pid,
    async stop() {
      child.kill('SIGINT');
      await ended;
    },
    /** As a machine that loses its power. */
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
