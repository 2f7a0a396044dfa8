import { openImage, whileDecoding } from './open-image.ts';

/** Three bytes a pixel (red, green, blue), rows from the top, upright. */
export interface Pixels {
  data: Uint8Array;
  width: number;
  height: number;
}

/**
 * Decodes an image, or an animation's first frame, to sRGB on white, no side longer than `maxSide`.
 * Throws CannotPredict.
 */
export async function decodeImage(path: string, { maxSide }: { maxSide: number }): Promise<Pixels> {
  const { image } = await openImage(path);
  const { data, info } = await whileDecoding(path, () =>
    image
      .resize(maxSide, maxSide, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true }),
  );
  return { data, width: info.width, height: info.height };
}
