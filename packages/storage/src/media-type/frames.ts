import { hasAt, u16be, u32be } from './bytes.ts';
import { audio, type DetectedType } from './finding.ts';

/** Length in bytes of the frame at an offset and what must be equal in the next; undefined when none begins there. */
type ReadFrame = (bytes: Uint8Array, offset: number) => { length: number; kind: number } | undefined;

/** Kilobit/s by index: ISO/IEC 11172-3 2.4.2.3 and 13818-3 2.4.2.3; MPEG-2 has one row for layers II and III. */
const bitrates = {
  v1: {
    1: [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    2: [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    3: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  },
  v2: {
    1: [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    3: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  },
} as const;
const sampleRates = [44_100, 48_000, 32_000];

const readMpegFrame: ReadFrame = (bytes, offset) => {
  const header = u32be(bytes, offset);
  const version = (header >>> 19) & 3;
  const layer = 4 - ((header >>> 17) & 3);
  if (header >>> 21 !== 0x7ff || version === 1 || (layer !== 1 && layer !== 2 && layer !== 3)) return undefined;
  // Emphasis 2 is reserved, and MPEG-2.5 extends layer III only.
  if ((header & 3) === 2 || (version === 0 && layer !== 3)) return undefined;
  const bitrate = bitrates[version === 3 ? 'v1' : 'v2'][layer][(header >>> 12) & 15];
  const rate = (sampleRates[(header >>> 10) & 3] ?? 0) / (version === 3 ? 1 : version === 2 ? 2 : 4);
  // Without a bit rate the length is free, and nothing can be checked.
  if (!bitrate || !rate) return undefined;
  const padding = (header >>> 9) & 1;
  const samples = layer === 3 && version !== 3 ? 72 : 144;
  const length =
    layer === 1
      ? (Math.floor((12_000 * bitrate) / rate) + padding) * 4
      : Math.floor((samples * 1000 * bitrate) / rate) + padding;
  return { length, kind: (header >>> 16) * 4 + ((header >>> 10) & 3) };
};

/** AAC in ADTS: ISO/IEC 13818-7 6.2. */
const readAdtsFrame: ReadFrame = (bytes, offset) => {
  const header = u16be(bytes, offset);
  const rate = ((bytes[offset + 2] ?? 0) >> 2) & 15;
  const length = (u32be(bytes, offset + 3) >>> 13) & 0x1fff;
  return (header & 0xfff6) === 0xfff0 && rate < 13 && length >= 7 ? { length, kind: rate } : undefined;
};

/** AAC in LOAS: ISO/IEC 14496-3 1.7.2. */
const readLoasFrame: ReadFrame = (bytes, offset) => {
  const header = u16be(bytes, offset);
  const length = (u32be(bytes, offset) >>> 8) & 0x1fff;
  return header >>> 5 === 0x2b7 && length > 0 ? { length: length + 3, kind: 0 } : undefined;
};

/** AC-3 frame sizes in 16-bit words at 48 kHz are twice the bit rate in kilobit/s: ATSC A/52 table 5.18. */
const dolbyBitrates = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640];

/** AC-3 and E-AC-3: ATSC A/52 5.3 and E 1.2. */
const readDolbyFrame: ReadFrame = (bytes, offset) => {
  if (!hasAt(bytes, offset, '\x0b\x77')) return undefined;
  const version = (bytes[offset + 5] ?? 0) >> 3;
  if (version > 10) return { length: ((u16be(bytes, offset + 2) & 0x7ff) + 1) * 2, kind: 1 };
  const rate = (bytes[offset + 4] ?? 0) >> 6;
  const code = (bytes[offset + 4] ?? 0) & 63;
  const bitrate = dolbyBitrates[code >> 1];
  if (!bitrate || rate === 3) return undefined;
  const words = [bitrate * 2, Math.floor((bitrate * 96_000) / 44_100) + (code & 1), bitrate * 3][rate] ?? 0;
  return { length: words * 2, kind: 0 };
};

/** Sync words of DTS: 16 and 14 bits, in either byte order (ETSI TS 102 114). */
const dtsSyncs = ['\x7f\xfe\x80\x01', '\xfe\x7f\x01\x80', '\x1f\xff\xe8\x00', '\xff\x1f\x00\xe8'];

const codecs: [read: ReadFrame, frames: number, mime: string][] = [
  [readMpegFrame, 2, 'audio/mpeg'],
  [readAdtsFrame, 2, 'audio/aac'],
  [readLoasFrame, 3, 'audio/aac'],
  [readDolbyFrame, 2, 'audio/ac3'],
];

/** Sound without a container: frames that follow one another from the beginning of the file. */
export function detectFrames(head: Uint8Array): DetectedType | undefined {
  if (dtsSyncs.some((sync) => hasAt(head, 0, sync))) return audio('audio/vnd.dts');
  // TrueHD and MLP say their size before the sync word.
  if (hasAt(head, 4, '\xf8\x72\x6f\xba') || hasAt(head, 4, '\xf8\x72\x6f\xbb')) return audio('audio/vnd.dolby.mlp');
  for (const [read, frames, mime] of codecs) if (countChain(head, 0, read) >= frames) return audio(mime);
  return undefined;
}

/** Layer I has no use for padding or tags, and pixels look like it. */
const readLateFrame: ReadFrame = (bytes, offset) =>
  ((bytes[offset + 1] ?? 0) & 6) === 6 ? undefined : readMpegFrame(bytes, offset);

/** MPEG audio after something else, such as padding or a broken tag: four frames in a row, anywhere in the head. */
export function detectLateFrames(head: Uint8Array): DetectedType | undefined {
  for (let offset = head.indexOf(0xff); offset >= 0; offset = head.indexOf(0xff, offset + 1)) {
    if (countChain(head, offset, readLateFrame) >= 4) return audio('audio/mpeg');
    if (countChain(head, offset, readAdtsFrame) >= 4) return audio('audio/aac');
  }
  return undefined;
}

/** How many frames of one kind follow one another, up to four; a last one that ends the bytes exactly counts twice. */
function countChain(bytes: Uint8Array, start: number, read: ReadFrame): number {
  let offset = start;
  let kind: number | undefined;
  for (let n = 0; n < 4; n++) {
    if (n > 0 && offset === bytes.length) return n + 1;
    const frame = offset + 4 <= bytes.length ? read(bytes, offset) : undefined;
    if (!frame || (kind !== undefined && frame.kind !== kind)) return n;
    kind = frame.kind;
    offset += frame.length;
  }
  return 4;
}
