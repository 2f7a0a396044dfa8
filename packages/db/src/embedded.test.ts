import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connect } from './connect.ts';
import { placeCluster } from './embedded/cluster.ts';
import { waitForDatabase } from './embedded/connection.ts';
import { findClosedFolder } from './embedded/database-user.ts';
import { StartError } from './embedded/start-error.ts';
import { findEmbeddedUrl, prepareEmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts';

const isRoot = process.getuid?.() === 0;
const nobody = { name: 'nobody', uid: 65_534, gid: 65_534 };
const nobodyReadsCode = isRoot && !(await findClosedFolder(nobody, import.meta.dirname));

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'assay-embedded-'));
  await chmod(dataDir, 0o711);
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const start = () => startEmbeddedPostgres({ dataDir, fsync: false });

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const sql = connect(url, { max: 1 });
  try {
    return await sql.unsafe(text);
  } finally {
    await sql.end();
  }
}

/** A server that nobody supervises, as a killed Assay without a death signal leaves it. */
async function startOrphan(): Promise<{ pid: number; url: string; ended: Promise<unknown> }> {
  const server = await prepareEmbeddedPostgres(await placeCluster(dataDir, true), dataDir, { fsync: false });
  const command = server.args.includes('--')
    ? server.args.slice(server.args.indexOf('--') + 1)
    : [server.command, ...server.args];
  const ids = server.uid === undefined ? {} : { uid: server.uid, gid: server.gid };
  const child = spawn(command[0] ?? '', command.slice(1), {
    cwd: '/',
    env: server.env,
    stdio: 'ignore',
    detached: true,
    ...ids,
  });
  const ended = once(child, 'exit');
  await waitForDatabase(server.url, { seconds: 20 });
  return { pid: child.pid ?? 0, url: server.url, ended };
}

test('a second start keeps the data and the port', async () => {
  const first = await start();
  await query(first.url, 'create table kept as select 7 as n');
  await first.stop();
  const second = await start();
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }]);
  expect(new URL(second.url).port).toBe(new URL(first.url).port);
  await second.stop();
  expect((await stat(join(dataDir, 'postgres-password'))).mode & 0o777).toBe(0o600);
});

test('the cluster is made for text of every language, with checksums, for this machine only', async () => {
  const server = await start();
  const settings = ['server_encoding', 'data_checksums', 'listen_addresses', 'unix_socket_directories', 'fsync'];
  const values = await Promise.all(settings.map((name) => query(server.url, `show ${name}`)));
  const socket = join(dataDir, 'postgres');
  expect(values.flat().map((row) => Object.values(row)[0])).toEqual(['UTF8', 'on', '127.0.0.1', socket, 'off']);
  expect(await query(server.url, "select lower('ÄÉЖ') as text")).toEqual([{ text: 'äéж' }]);
  await expect(query(server.url.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toThrow(/password/);
  await server.stop();
});

const way = async (url: string) => query(url, 'select inet_client_addr() is null as "isBySocket"');

test('Assay comes in by the socket in the cluster’s closed folder, others by the port', async () => {
  const server = await start();
  expect(await way(server.url)).toEqual([{ isBySocket: true }]);
  expect((await stat(join(dataDir, 'postgres'))).mode & 0o077).toBe(0);
  expect(await way((await findEmbeddedUrl(dataDir)) ?? '')).toEqual([{ isBySocket: false }]);
  await server.stop();
});

test('where the folder’s path is too long for a socket, the port is the way in', async () => {
  const long = join(dataDir, 'x'.repeat(100));
  await mkdir(long, { mode: 0o711 });
  const server = await startEmbeddedPostgres({ dataDir: long, fsync: false });
  expect(await way(server.url)).toEqual([{ isBySocket: false }]);
  await server.stop();
});

test('a stale postmaster.pid that names a living process does not stop the start', async () => {
  await (await start()).stop();
  const file = join(dataDir, 'postgres/postmaster.pid');
  await writeFile(file, `${process.pid}\n${join(dataDir, 'postgres')}\n1700000000\n5432\n\n127.0.0.1\n`);
  const port = (await readFile(join(dataDir, 'postgres-port'), 'utf8')).trim();
  for (const end of ['', '.lock']) await copyFile(file, join(dataDir, `postgres/.s.PGSQL.${port}${end}`));
  const server = await start();
  expect(Number.parseInt(await readFile(file, 'utf8'), 10)).toBe(server.pid);
  await server.stop();
});

test('what a start that was killed midway left is cleared away, and a folder that is no cluster is kept aside', async () => {
  await mkdir(join(dataDir, 'postgres.making-abc/cluster/base'), { recursive: true });
  await mkdir(join(dataDir, 'postgres'));
  await writeFile(join(dataDir, 'postgres/half'), 'made');
  const server = await start();
  await server.stop();
  const names = await readdir(dataDir);
  expect(names.filter((name) => name.includes('making'))).toEqual([]);
  const aside = names.find((name) => name.startsWith('postgres.old-'));
  expect(await readFile(join(dataDir, aside ?? '', 'half'), 'utf8')).toBe('made');
});

test('a server that a killed Assay left running is stopped first, with its data kept', async () => {
  const orphan = await startOrphan();
  await query(orphan.url, 'create table kept as select 1 as n');
  const server = await start();
  await orphan.ended;
  expect(server.pid).not.toBe(orphan.pid);
  expect(await query(server.url, 'select n from kept')).toEqual([{ n: 1 }]);
  await server.stop();
});

test('kill -9 of the server loses nothing that was committed', async () => {
  const orphan = await startOrphan();
  await query(orphan.url, 'create table kept as select 1 as n; checkpoint; insert into kept values (2)');
  process.kill(orphan.pid, 'SIGKILL');
  await orphan.ended;
  const server = await start();
  expect(await query(server.url, 'select sum(n)::int as n from kept')).toEqual([{ n: 3 }]);
  await server.stop();
});

test('a lost password is said in one sentence', async () => {
  await (await start()).stop();
  await rm(join(dataDir, 'postgres-password'));
  await expect(start()).rejects.toThrow(/^The database's password, .*postgres-password, is gone: put it back/);
});

test.runIf(isRoot)('a chosen folder that the database user can not enter is said in one sentence', async () => {
  await chmod(dataDir, 0o700);
  const fault = await start().catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(StartError);
  expect((fault as Error).message).toContain(`run "chmod o+x ${dataDir}"`);
  expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
});

test.runIf(isRoot)(
  'a folder that nobody chose is left for one that the database user can enter, and found again',
  async () => {
    await chmod(dataDir, 0o700);
    const place = await placeCluster(dataDir, false);
    const id = (await readFile(join(dataDir, 'instance-id'), 'utf8')).trim();
    expect(place.folder).toBe(`/var/lib/assay/clusters/${id}`);
    expect(place.note).toContain(place.folder);
    try {
      await prepareEmbeddedPostgres(place, dataDir);
      await chmod(dataDir, 0o711);
      expect((await placeCluster(dataDir, false)).folder).toBe(place.folder);
    } finally {
      await rm(place.folder, { recursive: true, force: true });
    }
  },
);

test.runIf(isRoot)('a cluster is never left behind for an empty one elsewhere', async () => {
  await (await start()).stop();
  await chmod(dataDir, 0o700);
  await expect(placeCluster(dataDir, false)).rejects.toThrow(/chmod o\+x/);
});

test.runIf(nobodyReadsCode)('an ordinary user runs it as themselves, and root later as that user', async () => {
  await chown(dataDir, nobody.uid, nobody.gid);
  const embedded = fileURLToPath(new URL('./embedded.ts', import.meta.url));
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(embedded)});
    const server = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, fsync: false });
    await server.stop();`;
  execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: '/', env: {}, ...nobody });
  expect((await stat(join(dataDir, 'postgres'))).uid).toBe(nobody.uid);
  await (await start()).stop();
});
