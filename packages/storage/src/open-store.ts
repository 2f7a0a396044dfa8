import { fileURLToPath } from 'node:url';
import { openFileStore } from './file-store.ts';
import type { ObjectStore } from './store.ts';

/** Opens the store that an address such as `file:///var/lib/assay/objects` names, and makes its folders. */
export function openStore(url: string): Promise<ObjectStore> {
  return openFileStore(fileURLToPath(url));
}
