import { hasAt, u16be } from './bytes.ts';
import { audio, type DetectedType, video } from './finding.ts';

const packHeader = 0xba;
const programEnd = 0xb9;
const sequenceHeader = 0xb3;

/** MPEG program stream (ISO/IEC 13818-1, 11172-1) and bare video streams, all of which are chains of start codes. */
export function detectStartCodes(head: Uint8Array): DetectedType | undefined {
  if (!hasAt(head, 0, '\0\0\x01') && !hasAt(head, 0, '\0\0\0\x01')) return undefined;
  const code = head[3] ?? 0;
  if (head[2] === 1 && (code === packHeader || isPacket(code))) return detectProgramStream(head);
  return detectVideoStream(head);
}

const isPacket = (code: number) => code >= 0xbb;
const isVideoPacket = (code: number) => code >= 0xe0 && code <= 0xef;
/** MPEG audio, or the first private stream: AC-3, DTS, LPCM. */
const isAudioPacket = (code: number) => (code >= 0xc0 && code <= 0xdf) || code === 0xbd;

function detectProgramStream(head: Uint8Array): DetectedType | undefined {
  const codes = new Set<number>();
  let offset = 0;
  while (offset + 6 <= head.length && hasAt(head, offset, '\0\0\x01')) {
    const code = head[offset + 3] ?? 0;
    if (code === programEnd || (code !== packHeader && !isPacket(code))) break;
    codes.add(code);
    if (code === 0xbb) for (const id of listBoundStreams(head, offset)) codes.add(id);
    offset += code === packHeader ? packSize(head, offset) : 6 + u16be(head, offset + 4);
  }
  // Without a pack header, one packet is too little to go by.
  if (codes.size === 0 || (!codes.has(packHeader) && codes.size < 2 && offset > head.length)) return undefined;
  const isAudio = ![...codes].some(isVideoPacket) && [...codes].some(isAudioPacket);
  return isAudio ? audio('audio/mpeg') : video('video/mpeg');
}

/** MPEG-2 begins with the bits 01 and says how much stuffing follows; MPEG-1 is 12 bytes. */
const packSize = (head: Uint8Array, offset: number) =>
  ((head[offset + 4] ?? 0) & 0xc0) === 0x40 ? 14 + ((head[offset + 13] ?? 0) & 7) : 12;

/** The system header lists the streams that the program may have. */
function listBoundStreams(head: Uint8Array, offset: number): number[] {
  const ids: number[] = [];
  const end = Math.min(offset + 6 + u16be(head, offset + 4), head.length);
  for (let i = offset + 12; i + 3 <= end && (head[i] ?? 0) >= 0x80; i += 3) ids.push(head[i] ?? 0);
  return ids;
}

/** MPEG-1/2 video, MPEG-4 visual, H.264 and H.265 in Annex B form, VC-1: by their first unit. */
function detectVideoStream(head: Uint8Array): DetectedType | undefined {
  const start = head[2] === 1 ? 3 : 4;
  const code = head[start] ?? 0;
  const next = head[start + 1] ?? 0;
  if (code === sequenceHeader) return u16be(head, start + 1) >> 4 > 0 ? video('video/mpeg') : undefined;
  // Visual object sequence, or a video object and its layer.
  if (code === 0xb0 && next > 0) return video('video/mp4v-es');
  if (code <= 0x1f && hasAt(head, start + 1, '\0\0\x01')) return video('video/mp4v-es');
  // Sequence parameter set with a known profile, or an access unit delimiter before one.
  if ((code & 0x9f) === 7 && h264Profiles.has(next)) return video('video/h264');
  if ((code & 0x9f) === 9 && (next & 0x1f) === 0x10 && hasUnit(head, start + 2)) return video('video/h264');
  // Video parameter set or access unit delimiter, layer 0.
  if ((code === 0x40 || code === 0x46) && next === 1) return video('video/h265');
  return code === 0x0f && (next & 0xc0) === 0xc0 ? video('video/vc1') : undefined;
}

const h264Profiles = new Set([66, 77, 88, 100, 110, 118, 122, 128, 138, 144, 244, 44, 83, 86]);
const hasUnit = (head: Uint8Array, offset: number) =>
  hasAt(head, offset, '\0\0\x01') || hasAt(head, offset, '\0\0\0\x01');
