import type { FileHandle } from 'node:fs/promises';
import type { Digests } from './hash-thread.ts';
import { openHashedFile, slotBytes } from './hash-threads.ts';

/** The hashes and the size of a file on disk, read once. */
export async function hashFile(file: FileHandle): Promise<Digests & { size: number }> {
  const hashed = openHashedFile();
  try {
    for (let size = 0; ; ) {
      const slot = await hashed.takeSlot();
      try {
        const { bytesRead } = await file.read(slot.bytes, 0, slotBytes, size);
        if (bytesRead === 0) return { ...(await hashed.end()), size };
        hashed.hash(slot, bytesRead);
        size += bytesRead;
      } finally {
        hashed.letGo(slot);
      }
    }
  } finally {
    hashed.drop();
  }
}
