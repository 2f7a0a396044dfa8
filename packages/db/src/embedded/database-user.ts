import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { StartError } from './start-error.ts';

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const ownUserName = 'assay-db';

/** Who the database runs as. Without ids: whoever runs this process. */
export interface DatabaseUser {
  name: string;
  uid?: number;
  gid?: number;
}

/** PostgreSQL refuses to run as root, so root gets it a system user of its own; anybody else runs it as themselves. */
export async function findDatabaseUser(): Promise<DatabaseUser> {
  if (process.getuid?.() !== 0) return { name: 'this user' };
  const known = await lookUpUser(ownUserName);
  if (known) return known;
  const home = ['--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin'];
  const made = await run('useradd', ['--system', '--user-group', ...home, ownUserName]);
  const user = await lookUpUser(ownUserName);
  if (user) return user;
  throw new StartError(
    `Root can't run PostgreSQL, and the system user ${ownUserName} that Assay runs it as could not be created ` +
      `(${made.stderr.trim() || 'useradd failed'}): create it, start Assay as an ordinary user, or set DATABASE_URL.`,
  );
}

async function lookUpUser(name: string): Promise<DatabaseUser | undefined> {
  const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
  if (uid.code !== 0 || gid.code !== 0) return undefined;
  return { name, uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/** The folder on the way to `path`, `path` included, that this user may not enter; undefined: none. Found by trying. */
export async function findClosedFolder(user: DatabaseUser, path: string): Promise<string | undefined> {
  if (user.uid === undefined) return undefined;
  const parent = dirname(path);
  const above = parent === path ? undefined : await findClosedFolder(user, parent);
  if (above) return above;
  const { code } = await run('/bin/sh', ['-c', 'test -x "$1" && cd "$1"', 'sh', path], user);
  return code === 0 ? undefined : path;
}

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a short command to its end, as the database's user when one is given; a failure is an outcome, not an exception. */
export function run(command: string, args: string[], user?: DatabaseUser): Promise<Outcome> {
  const ids = user?.uid === undefined ? {} : { uid: user.uid, gid: user.gid };
  // The caller's folder may be closed to that user, and its locale may not exist.
  const options = { cwd: '/', env: { PATH: systemPath, LC_ALL: 'C' }, maxBuffer: 2 ** 24, ...ids };
  return new Promise((resolve) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
      resolve({ code, stdout, stderr: stderr || (error?.message ?? '') });
    });
  });
}
