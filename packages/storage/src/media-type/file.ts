import { open, stat } from 'node:fs/promises';
import { type DetectedType, detectMediaType } from './index.ts';
import { type FileRest, sampleBytes } from './source.ts';

/** What lies behind the head of a file on disk. The file is opened only when it is asked for. */
export const restOfFile = (path: string, size: number): FileRest => ({
  size,
  async read(offset, length) {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  },
});

/** The type of a file that is held in memory. */
export function detectBytesType(bytes: Uint8Array): Promise<DetectedType> {
  const read = async (offset: number, length: number) => bytes.subarray(offset, offset + length);
  return detectMediaType(bytes.subarray(0, sampleBytes), { size: bytes.length, read });
}

/** The type of a file on disk. */
export async function detectFileType(path: string): Promise<DetectedType> {
  const { size } = await stat(path);
  const rest = restOfFile(path, size);
  return detectMediaType(await rest.read(0, sampleBytes), rest);
}
