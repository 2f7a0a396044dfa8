import { hasAt, latin1, u16le, u32be, u32le } from './bytes.ts';
import { type DetectedType, image } from './finding.ts';
import type { ByteSource } from './source.ts';

/** Image formats whose first bytes say too little: their headers must make sense. */
export function detectBitmap({ head, size }: ByteSource): DetectedType | undefined {
  if (isBmp(head)) return image('image/bmp');
  if (isIcon(head, size)) return image('image/x-icon');
  if (isPcx(head)) return image('image/x-pcx');
  return detectPng(head);
}

/** Sizes of the header after the first 14 bytes: OS/2 1 and 2, Windows 3 to 5, and Adobe's two between. */
const dibHeaders = new Set([12, 16, 40, 52, 56, 64, 108, 124]);

function isBmp(head: Uint8Array): boolean {
  if (hasAt(head, 0, 'BA') && hasAt(head, 14, 'BM')) return true; // an OS/2 array of bitmaps
  return hasAt(head, 0, 'BM') && (dibHeaders.has(u32le(head, 14)) || u32le(head, 6) === 0) && u32le(head, 10) >= 14;
}

/** ICO and CUR: a directory whose entries lie behind it and are bitmaps or PNGs as far as the head reaches. */
function isIcon(head: Uint8Array, size: number): boolean {
  const count = u16le(head, 4);
  if (u16le(head, 0) !== 0 || ![1, 2].includes(u16le(head, 2)) || count === 0 || head.length < 22) return false;
  for (let n = 0; n < Math.min(count, 64) && 22 + n * 16 <= head.length; n++) {
    const length = u32le(head, 14 + n * 16);
    const offset = u32le(head, 18 + n * 16);
    const isWithin = offset >= 6 + count * 16 && offset < size && length > 0;
    const seen = offset + 4 <= head.length;
    if (!isWithin || (seen && !dibHeaders.has(u32le(head, offset)) && !hasAt(head, offset, '\x89PNG'))) return false;
  }
  return true;
}

function isPcx(head: Uint8Array): boolean {
  const [maker, version = 0, encoding = 0, bits = 0] = head;
  const isHeader = maker === 10 && [0, 2, 3, 4, 5].includes(version) && encoding <= 1 && [1, 2, 4, 8].includes(bits);
  const isWindow = u16le(head, 8) >= u16le(head, 4) && u16le(head, 10) >= u16le(head, 6);
  return isHeader && isWindow && head[64] === 0 && [1, 2, 3, 4].includes(head[65] ?? 0);
}

/** PNG with whatever chunks come first; an animation control chunk before the pixels makes it an APNG. */
function detectPng(head: Uint8Array): DetectedType | undefined {
  if (!hasAt(head, 0, '\x89PNG\r\n\x1a\n')) return undefined;
  for (let offset = 8; offset + 8 <= head.length; offset += 12 + u32be(head, offset)) {
    const type = latin1(head, offset + 4, 4);
    if (type === 'acTL') return image('image/apng');
    if (type === 'IDAT') break;
  }
  return image('image/png');
}
