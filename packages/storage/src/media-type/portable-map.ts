import { latin1 } from './bytes.ts';
import { type DetectedType, image } from './finding.ts';

/** Netpbm's headers: magic, width, height and, but for bitmaps, the greatest value. PFM has a scale instead; PAM and xv's thumbnails name their fields. */
const headers = [
  /^P[1-6]\s+\d{1,7}\s+\d{1,7}\s/,
  /^P[Ff]\s+\d{1,7}\s+\d{1,7}\s+-?\d/,
  /^P7\s+(?:332|WIDTH|HEIGHT|DEPTH|MAXVAL|TUPLTYPE)/,
];
const mostHeader = 1024;

/** PBM, PGM, PPM, PAM and PFM, with letters or bytes for pixels. */
export function detectPortableMap(head: Uint8Array): DetectedType | undefined {
  if (head[0] !== 0x50) return undefined;
  const start = latin1(head, 0, mostHeader).replaceAll(/#[^\n]*\n/g, ' ');
  return headers.some((header) => header.test(start)) ? image('image/x-portable-anymap') : undefined;
}
