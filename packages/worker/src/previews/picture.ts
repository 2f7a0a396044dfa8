/// <reference path="./heic-decode.d.ts" />
import type { PreviewKind } from '@assay/shared';
import sharp, { type Sharp } from 'sharp';
import { CannotPreview } from './cannot-preview.ts';
import { type ObjectAtHand, readWhole } from './object-at-hand.ts';

/** Pixels of the longer side. */
const sides = { thumbnail: 320, poster: 1920 };
/** A bomb, or a satellite. */
const mostPixels = 120_000_000;
/** Of HEIC, which is decoded to four bytes a pixel at once. */
const mostHeicPixels = 50_000_000;
const seconds = 15;

// Of all that libvips opens: pictures, from memory. By its path, an SVG would load what lies beside it.
const formats = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff', 'Heif', 'Svg'];
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: formats.map((format) => `VipsForeignLoad${format}Buffer`) });
sharp.cache(false);
sharp.concurrency(1);

/** Decodes an image, or an animation's first frame, upright. Throws CannotPreview, and what the decoder throws. */
export async function openPicture(object: ObjectAtHand): Promise<Sharp> {
  const bytes = await readWhole(object);
  const image = sharp(bytes, { limitInputPixels: false, failOn: 'none', sequentialRead: true, autoOrient: true });
  const { width, height, compression } = await image.metadata();
  const most = compression === 'hevc' ? mostHeicPixels : mostPixels;
  if (width * height > most)
    throw new CannotPreview(
      `The picture has ${Math.round((width * height) / 1e6)} megapixels; previews are made of up to ${most / 1e6}.`,
    );
  if (compression !== 'hevc') return image;
  // sharp's own libheif has no HEVC decoder; this one turns the picture as the file asks.
  const { default: decodeHeic } = await import('heic-decode');
  const { data, ...size } = await decodeHeic({ buffer: bytes });
  return sharp(data, { raw: { ...size, channels: 4 } });
}

/** A WebP of the kind's size, in sRGB, without any metadata. */
export function shrink(picture: Sharp, kind: Exclude<PreviewKind, 'waveform'>): Promise<Buffer> {
  return picture
    .clone()
    .resize(sides[kind], sides[kind], { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .webp({ quality: kind === 'thumbnail' ? 72 : 80, effort: 2 })
    .timeout({ seconds })
    .toBuffer();
}
