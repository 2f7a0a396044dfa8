import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';

/** What length and position of a write past the page cache are multiples of, on every disk there is. */
export const blockBytes = 4096;

/**
 * Makes a file that is written past the page cache: evidence of any size does not drive everything else out of memory,
 * and is not copied once more. On a file system that can't (tmpfs), an ordinary file.
 */
export async function createDirectFile(path: string): Promise<FileHandle> {
  const create = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY;
  try {
    return await open(path, create | (constants.O_DIRECT ?? 0));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EINVAL')) throw error;
    await rm(path, { force: true });
    return open(path, create);
  }
}
