import { hasAt, u16le } from './bytes.ts';
import { type DetectedType, image } from './finding.ts';
import type { ByteSource } from './source.ts';

const paletteTypes = [1, 9];
const pixelTypes = [2, 3, 10, 11];
const targa = image('image/x-tga');

/** Targa has no signature at its beginning: version 2 has one at the end, version 1 only a header that must make sense. */
export async function detectTarga(source: ByteSource): Promise<DetectedType | undefined> {
  const { head, size } = source;
  const [, , imageType = 0] = head;
  if (head.length < 18 || ![...paletteTypes, ...pixelTypes].includes(imageType)) return undefined;
  if (hasAt(await source.readTail(18), 0, 'TRUEVISION-XFILE.\0')) return targa;
  return isHeader(head, size) ? targa : undefined;
}

function isHeader(head: Uint8Array, size: number): boolean {
  const [idLength = 0, paletteFlag = 0, imageType = 0] = head;
  const paletteLength = u16le(head, 5);
  const paletteBits = head[7] ?? 0;
  const pixels = u16le(head, 12) * u16le(head, 14);
  const bits = head[16] ?? 0;
  const descriptor = head[17] ?? 0;
  const isPalette = paletteTypes.includes(imageType);
  if (pixels === 0 || paletteFlag > 1 || (descriptor & 0xc0) !== 0 || (descriptor & 15) > 8) return false;
  if (isPalette && (paletteFlag === 0 || paletteLength === 0 || ![8, 16].includes(bits))) return false;
  if (!isPalette && ![8, 15, 16, 24, 32].includes(bits)) return false;
  if (paletteFlag === 1 ? ![15, 16, 24, 32].includes(paletteBits) : paletteLength > 0) return false;
  const start = 18 + idLength + (paletteFlag ? paletteLength * Math.ceil(paletteBits / 8) : 0);
  // Run-length packets hold at most 128 pixels each.
  const least = imageType < 8 ? pixels * Math.ceil(bits / 8) : Math.ceil(pixels / 128) * 2;
  return start + least <= size;
}
