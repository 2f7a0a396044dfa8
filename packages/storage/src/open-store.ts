import { mkdir } from 'node:fs/promises';
import { openFileStore } from './file-store.ts';
import type { ObjectStore } from './store.ts';
import { parseStoreUrl } from './store-address.ts';

/**
 * Opens the store that an address names: `file:///folder`, or `s3://bucket/prefix` with `endpoint`, `region` and
 * `pathStyle` as its options. `incoming` is the folder of this machine where files for an s3: store come in; a file:
 * store has its own, beside the objects. Makes the folders that are missing.
 */
export async function openStore(url: string, { incoming }: { incoming?: string } = {}): Promise<ObjectStore> {
  const address = parseStoreUrl(url);
  if (address.kind === 'file') return openFileStore(address.root);
  if (!incoming) throw new Error('An s3: store needs a folder of this machine for files that come in');
  await mkdir(incoming, { recursive: true });
  // Who keeps files on a disk need not wait for the AWS SDK.
  const { S3Store } = await import('./s3-store.ts');
  return new S3Store(address, incoming);
}
