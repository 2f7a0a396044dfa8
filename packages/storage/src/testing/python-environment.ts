import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url));
const cache = fileURLToPath(new URL('../../../../node_modules/.cache/assay/python', import.meta.url));

/**
 * The Python of a virtual environment with the packages of requirements.txt, made at its first use and kept for the
 * next. Throws the name of what is lacking when this machine has no Python, or PyPI can't be reached.
 */
export async function preparePython(): Promise<string> {
  const version = await run('python3', ['--version']).catch(() => {
    throw new Error('python3');
  });
  const kind = createHash('sha256')
    .update(await readFile(requirements))
    .update(version.stdout);
  const folder = join(cache, kind.digest('hex').slice(0, 16));
  const python = join(folder, 'bin/python');
  if (
    await access(python).then(
      () => true,
      () => false,
    )
  )
    return python;

  process.stderr.write('Bringing an S3 server for the tests: moto, from PyPI\n');
  await mkdir(cache, { recursive: true });
  const making = await mkdtemp(join(cache, 'making-'));
  try {
    await run('python3', ['-m', 'venv', making]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '-r', requirements];
    await run(join(making, 'bin/python'), pip, { timeout: 300_000 });
    // Another test file may have been as quick: then theirs is as good.
    await rename(making, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
    return python;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    const [reason = message] = (stderr || message).trim().split('\n').slice(-1);
    throw new Error(`packages of Python (${reason})`, { cause: error });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}
