import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';

/** The text kept in `file` (mode 0600); made from 32 random bytes when there is none. Two makers at once get the same. */
export async function readOrMakeSecret(file: string): Promise<string> {
  const kept = await readSecret(file);
  if (kept) return kept;
  const temp = `${file}.${process.pid}.tmp`;
  await writeFile(temp, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flush: true });
  await link(temp, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(temp);
  const made = await readSecret(file);
  if (!made) throw new Error(`${file} is empty`);
  return made;
}

/** Undefined when the file is not there or empty. */
export async function readSecret(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim() || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
