import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where root's database lives when its user can't enter the checkout or the data folder. */
const sharedFolder = '/var/lib/assay';

export const sharedPath = (...names: string[]) => join(sharedFolder, ...names);

/** Makes a folder below it that every user can pass through, whatever our umask is. */
export async function makeSharedFolder(name: string): Promise<void> {
  for (const folder of [sharedPath(), sharedPath(name)]) {
    if (await mkdir(folder, { recursive: true })) await chmod(folder, 0o755);
  }
}
