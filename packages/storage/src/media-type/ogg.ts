import { hasAt } from './bytes.ts';
import { audio, type DetectedType, video } from './finding.ts';

/** How the first packet of a stream with pictures begins: Theora, OGM, Dirac, VP8, Daala, and raw or MNG frames. */
const videoPackets = ['\x80theora', '\x01video', 'BBCD\0', 'OVP80', '\x80daala', 'UVS ', '\x8aMNG'];

/** Ogg (RFC 3533): every stream shows itself on a page at the beginning of the file; one of them with pictures makes it a video. */
export function detectOgg(head: Uint8Array): DetectedType | undefined {
  if (!hasAt(head, 0, 'OggS')) return undefined;
  for (let offset = 0; hasAt(head, offset, 'OggS') && isFirstPage(head, offset); ) {
    const segments = head[offset + 26] ?? 0;
    const packet = offset + 27 + segments;
    if (videoPackets.some((start) => hasAt(head, packet, start))) return video('video/ogg');
    offset = packet + head.subarray(offset + 27, packet).reduce((sum, length) => sum + length, 0);
  }
  return audio('audio/ogg');
}

const isFirstPage = (head: Uint8Array, offset: number) => ((head[offset + 5] ?? 0) & 2) !== 0;
