import { readHead, whileDecoding } from './open-image.ts';

/** What an image file carries besides its pixels, undecoded. */
export interface ImageMetadata {
  /** jpeg, png, webp, gif, tiff or heif (AVIF and HEIC). */
  format: string;
  /** In the form of a TIFF file. A TIFF has it in itself: undefined then. */
  exif: Buffer | undefined;
  /** An XML document. */
  xmp: Buffer | undefined;
  /** The text chunks of a PNG. */
  texts: { keyword: string; text: string }[];
}

const exifSignature = 'Exif\0\0';

/** Reads the head of an image only: one whose pixels are cut off has its metadata still. Throws CannotPredict. */
export async function readMetadata(path: string): Promise<ImageMetadata> {
  const { metadata } = await whileDecoding(path, () => readHead(path));
  const { format, exif, xmp, comments = [] } = metadata;
  const hasSignature = exif?.subarray(0, exifSignature.length).toString('latin1') === exifSignature;
  return { format, exif: hasSignature ? exif?.subarray(exifSignature.length) : exif, xmp, texts: comments };
}
