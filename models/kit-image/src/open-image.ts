/// <reference path="./heic-decode.d.ts" />
import { readFile } from 'node:fs/promises';
import { CannotPredict } from '@assay/kit-node';
import sharp, { type Metadata, type Sharp } from 'sharp';

/** A bomb, or a satellite: 4 bytes a pixel have to fit in memory. */
const tooManyPixels = 100_000_000;

// libvips opens much more than pictures: only the formats that investigators upload as images.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff', 'Heif'].map((format) => `VipsForeignLoad${format}`),
});
sharp.cache(false);

export interface OpenImage {
  metadata: Metadata;
  /** Its first frame, upright. Pixels are decoded when it is read. */
  image: Sharp;
}

/**
 * Runs what decodes, and turns what a decoder throws into a CannotPredict that people can read: the
 * first line, without the name of our temporary file.
 */
export async function whileDecoding<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof CannotPredict) throw cause;
    const [reason] = String((cause as Error).message)
      .replaceAll(`${path}: `, '')
      .split('\n');
    throw new CannotPredict(`This image can't be decoded: ${reason}`, { cause });
  }
}

/** Opens a JPEG, PNG, WebP, GIF, TIFF, AVIF or HEIC file. Throws CannotPredict. */
export function openImage(path: string): Promise<OpenImage> {
  return whileDecoding(path, async () => {
    const opened = await readHead(path);
    return opened.metadata.compression === 'hevc' ? { ...opened, image: await openHeic(path) } : opened;
  });
}

/** What an image says of itself before its pixels. Throws CannotPredict for too many, and what the decoder throws. */
export async function readHead(path: string): Promise<OpenImage> {
  // sharp's own limit does not say the numbers.
  const image = sharp(path, { limitInputPixels: false, failOn: 'truncated', autoOrient: true });
  const metadata = await image.metadata();
  const pixels = metadata.width * metadata.height;
  if (pixels >= tooManyPixels)
    throw new CannotPredict(`The image has ${pixels} pixels; only less than ${tooManyPixels} are decoded`);
  return { image, metadata };
}

/** sharp's own libheif has no HEVC decoder. This one applies the rotation that the file asks for. */
async function openHeic(path: string): Promise<Sharp> {
  // A megabyte of WebAssembly that most pictures do not need.
  const { default: decodeHeic } = await import('heic-decode');
  const { width, height, data } = await decodeHeic({ buffer: await readFile(path) });
  return sharp(data, { raw: { width, height, channels: 4 } });
}
