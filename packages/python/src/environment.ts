import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findPython, type Python, PythonFault } from './find-python.ts';

const run = promisify(execFile);
const cache = fileURLToPath(new URL('../../../node_modules/.cache/assay/python', import.meta.url));
/** Of what pip has to say of a failure, the end; it repeats itself. */
const linesOfReason = 12;

export interface EnvironmentWish {
  /** Path of a requirements.txt; paths in it are from its folder. */
  requirements?: string;
  /** Folder of a Python package of ours (pyproject.toml): linked, so that what changes in it counts at once. */
  linked?: string;
  /** Called before anything is made, which may take minutes. */
  onMaking?: () => void;
  signal?: AbortSignal;
}

/**
 * The path of the Python of a virtual environment that has these packages, made at its first use and kept for the next.
 * Throws PythonFault when this machine has no Python, or the packages can't be installed.
 */
export async function prepareEnvironment(wish: EnvironmentWish): Promise<string> {
  const python = await findPython();
  const folder = join(cache, await nameEnvironment(python, wish));
  const prepared = join(folder, 'bin/python');
  if (await succeeds(access(prepared))) return prepared;
  // Its link leads to a Python that was removed.
  if (await succeeds(lstat(prepared))) await rm(folder, { recursive: true });

  wish.onMaking?.();
  await mkdir(cache, { recursive: true });
  await removeLeftovers();
  const making = await mkdtemp(join(cache, `making-${process.pid}-`));
  try {
    await install(python, making, wish);
    // Somebody else may have been as quick: then theirs is as good.
    await rename(making, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
    return prepared;
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

async function nameEnvironment(python: Python, { requirements, linked }: EnvironmentWish): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([python, linked]));
  if (requirements) hash.update(await readFile(requirements));
  if (linked) hash.update(await readFile(join(linked, 'pyproject.toml')));
  return hash.digest('hex').slice(0, 16);
}

async function install(python: Python, folder: string, { requirements, linked, signal }: EnvironmentWish) {
  await runOrExplain(python.path, ['-m', 'venv', folder], 'No virtual environment could be made', { signal });
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input'];
  if (linked) pip.push('--editable', linked);
  if (requirements) pip.push('--requirement', requirements);
  await runOrExplain(join(folder, 'bin/python'), pip, 'The packages could not be installed', {
    signal,
    cwd: requirements && dirname(requirements),
  });
}

async function runOrExplain(
  command: string,
  args: string[],
  failure: string,
  options: { signal: AbortSignal | undefined; cwd?: string | undefined },
) {
  try {
    await run(command, args, { ...options, maxBuffer: 64 << 20 });
  } catch (error) {
    options.signal?.throwIfAborted();
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    // venv says on stdout what it lacks.
    const said = `${stdout}\n${stderr}`.trim() || message;
    throw new PythonFault(`${failure}:\n${said.split('\n').slice(-linesOfReason).join('\n')}`, { cause: error });
  }
}

/** What a kill left behind may be large. */
async function removeLeftovers() {
  for (const name of await readdir(cache)) {
    const [, owner] = /^making-(\d+)-/.exec(name) ?? [];
    if (owner && !isAlive(Number(owner))) await rm(join(cache, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}
