import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type DatabaseUser, findClosedFolder, findDatabaseUser, run } from './database-user.ts';
import { readOrMakeSecret, readSecret } from './kept-secret.ts';
import { makeSharedFolder, sharedPath } from './shared-folder.ts';
import { StartError } from './start-error.ts';

export interface ClusterPlace {
  folder: string;
  user: DatabaseUser;
  /** Why the folder is not inside the data folder, as a sentence. */
  note?: string | undefined;
}

/**
 * Decides where the cluster lives and who runs it: `<dataDir>/postgres`, or below /var/lib/assay when the database's
 * user can't enter the data folder and nobody chose that folder. An existing cluster is never left behind for a new one.
 */
export async function placeCluster(dataDir: string, dataDirIsChosen: boolean): Promise<ClusterPlace> {
  const user = await findDatabaseUser();
  const inside = join(dataDir, 'postgres');
  const id = await readSecret(join(dataDir, 'instance-id'));
  const moved = id && sharedPath('clusters', id);
  const closed = await findClosedFolder(user, dataDir);
  const elsewhere = (folder: string) => ({
    folder,
    user,
    note: `The database's files are in ${folder}: its user ${user.name} can't enter ${closed ?? dataDir}.`,
  });
  if (moved && existsSync(moved)) return elsewhere(moved);
  if (!closed) return { folder: inside, user: await ownerOf(inside, user) };
  if (dataDirIsChosen || existsSync(inside)) {
    throw new StartError(
      `The database's user ${user.name} can't enter ${closed}, so its files can't be in ${dataDir}: ` +
        `run "chmod o+x ${closed}", or set ASSAY_DATA_DIR to a folder that every user can pass through.`,
    );
  }
  const newId = id ?? randomUUID();
  if (!id) await writeFile(join(dataDir, 'instance-id'), `${newId}\n`);
  await makeSharedFolder('clusters');
  return elsewhere(sharedPath('clusters', newId));
}

/** A cluster made by an ordinary user is run as that user when root starts Assay: PostgreSQL insists on the owner. */
async function ownerOf(folder: string, user: DatabaseUser): Promise<DatabaseUser> {
  if (user.uid === undefined || !existsSync(folder)) return user;
  const { uid, gid } = await stat(folder);
  return uid === 0 || uid === user.uid ? user : { name: `with id ${uid}`, uid, gid };
}

/** The administrator's password of the cluster, which is made when there is none. */
export async function makeClusterIfNone(place: ClusterPlace, binaries: string, dataDir: string): Promise<string> {
  const passwordFile = join(dataDir, 'postgres-password');
  await removeHalfMade(place.folder);
  if (existsSync(join(place.folder, 'PG_VERSION'))) {
    const password = await readSecret(passwordFile);
    if (password) return password;
    throw new StartError(
      `The database's password, ${passwordFile}, is gone: put it back, or move ${place.folder} away to begin with an empty database.`,
    );
  }
  const password = await readOrMakeSecret(passwordFile);
  await makeCluster(place, binaries, password);
  return password;
}

/** Made beside its place and renamed when whole: a folder with the cluster's name is always a whole cluster. */
async function makeCluster({ folder, user }: ClusterPlace, binaries: string, password: string): Promise<void> {
  const making = await mkdtemp(`${folder}.making-`);
  try {
    const passwordFile = join(making, 'password');
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (user.uid !== undefined && user.gid !== undefined) {
      await chown(passwordFile, user.uid, user.gid);
      await chown(making, user.uid, user.gid);
    }
    const made = join(making, 'cluster');
    const { code, stderr } = await run(
      join(binaries, 'bin/initdb'),
      [
        ...['--pgdata', made, '--username', 'assay', '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
        ...['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
        ...['--data-checksums', '--no-instructions'],
      ],
      user,
    );
    if (code !== 0) throw new StartError(explainFailure(folder, stderr));
    await rename(made, folder);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

function explainFailure(folder: string, stderr: string): string {
  if (/no space left|disk quota/i.test(stderr))
    return `There is no space left on the disk for the database in ${folder}.`;
  const reason = stderr.split('\n').find((line) => /error|fatal|could not/i.test(line)) ?? stderr.trim();
  return `The database's files could not be made in ${folder}: ${reason}`;
}

/** What a start that was killed midway left beside the cluster, and a folder of its name that is no cluster. */
async function removeHalfMade(folder: string): Promise<void> {
  const parent = dirname(folder);
  for (const name of await readdir(parent)) {
    if (name.startsWith(`${basename(folder)}.making-`)) await rm(join(parent, name), { recursive: true, force: true });
  }
  if (existsSync(folder) && !existsSync(join(folder, 'PG_VERSION')))
    await rename(folder, `${folder}.old-${Date.now()}`);
}
