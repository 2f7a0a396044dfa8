import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { formatBytes, type MediaType } from '@assay/shared';
import { detectBytesType } from '@assay/storage';
import { UsageFault } from '../../usage-fault.ts';

/** A good object to ask for. */
export interface Sample {
  fileName: string;
  bytes: Buffer;
  mediaType: MediaType;
  mime: string;
}

const names: Record<MediaType, string> = {
  image: 'image.jpg',
  video: 'video.mp4',
  audio: 'audio.wav',
  text: 'text.txt',
};

/** One is sent several times at once, from memory. */
const maxSampleBytes = 256 * 2 ** 20;

/** The sample that comes with Assay. */
export const readOwnSample = (type: MediaType): Promise<Sample> =>
  readSampleAt(new URL(`../samples/${names[type]}`, import.meta.url), names[type]);

/** The author's own. Throws a UsageFault when it can't be read or is of no media type. */
export async function readSample(path: string): Promise<Sample> {
  try {
    const { size } = await stat(path);
    if (size > maxSampleBytes)
      throw new UsageFault(`--sample ${path} has ${formatBytes(size)}; allowed: ${formatBytes(maxSampleBytes)}`);
    return await readSampleAt(path, basename(path));
  } catch (error) {
    if (error instanceof UsageFault) throw error;
    throw new UsageFault(`--sample ${path} can't be read: ${(error as Error).message}`, { cause: error });
  }
}

async function readSampleAt(path: string | URL, fileName: string): Promise<Sample> {
  const bytes = await readFile(path);
  const type = await detectBytesType(bytes);
  if (type.mediaType === null)
    throw new UsageFault(`--sample ${path} is ${type.is}; allowed: an image, video, audio or text`);
  const { mediaType, mime } = type;
  return { fileName, bytes, mediaType, mime: mediaType === 'text' ? 'text/plain; charset=utf-8' : mime };
}
