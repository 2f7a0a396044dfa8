import { fileTypeFromBuffer } from 'file-type';
import { detectAsf } from './asf.ts';
import { detectBitmap } from './bitmaps.ts';
import { hasAt, u32be } from './bytes.ts';
import { detectDocument, detectPdf, nameDocument } from './documents.ts';
import { detectEbml } from './ebml.ts';
import { audio, type DetectedType, image, unknown, video } from './finding.ts';
import { detectFlashVideo } from './flash-video.ts';
import { detectFrames, detectLateFrames } from './frames.ts';
import { detectIff } from './iff.ts';
import { detectIsoMedia } from './iso-media.ts';
import { detectStartCodes } from './mpeg-ps.ts';
import { detectTransportStream } from './mpeg-ts.ts';
import { detectOgg } from './ogg.ts';
import { detectPortableMap } from './portable-map.ts';
import { detectRealMedia } from './real-media.ts';
import { detectRiff } from './riff.ts';
import { detectSignature } from './signatures.ts';
import { ByteSource, type FileRest } from './source.ts';
import { detectTarga } from './targa.ts';
import { detectPlausibleText, detectUnicodeText } from './text.ts';
import { nameTextFormat } from './text-format.ts';
import { detectModule } from './tracker-modules.ts';
import { detectZip } from './zip.ts';

export type { DetectedType } from './finding.ts';
export { type FileRest, sampleBytes } from './source.ts';

type Detector = (source: ByteSource) => DetectedType | undefined | Promise<DetectedType | undefined>;
const ofHead =
  (detect: (head: Uint8Array) => DetectedType | undefined): Detector =>
  ({ head }) =>
    detect(head);

/**
 * In this order: what can be nothing else comes first, what goes by likelihood last. Text precedes the
 * formats whose first letters are words, and those whose structure is checked precede file-type.
 */
const detectors: Detector[] = [
  ...[detectPdf, detectId3, detectPortableMap, detectCertainText].map(ofHead),
  ...[detectIsoMedia, detectEbml, detectAsf],
  ...[detectOgg, detectRiff, detectIff, detectFlashVideo, detectRealMedia].map(ofHead),
  ...[detectZip, detectDocument, detectStartCodes].map(ofHead),
  detectBitmap,
  ...[detectModule, detectSignature, detectFrames, detectTransportStream].map(ofHead),
  detectWithFileType,
  ofHead(detectLikelyText),
  ofHead(detectLateFrames),
  detectTarga,
];

/**
 * Tells a file's type from the first `sampleBytes` of it, or all of it when it is shorter. `rest` is
 * read only when these do not tell: when an MP4 keeps its tracks at the end, say. Never throws, whatever
 * the bytes; rejects only when `rest` can't be read.
 */
export async function detectMediaType(head: Uint8Array, rest?: FileRest): Promise<DetectedType> {
  const source = new ByteSource(head, rest);
  for (const detect of detectors) {
    const found = await detect(source);
    if (found) return found;
  }
  return unknown;
}

/** A tag with a version and a synchsafe size (ID3v2 3.1): what follows may lie beyond the head, but it is sound. */
function detectId3(head: Uint8Array): DetectedType | undefined {
  const isTag = hasAt(head, 0, 'ID3') && head.length >= 10 && (head[3] ?? 255) < 16 && (head[4] ?? 255) < 255;
  if (!isTag || (u32be(head, 6) & 0x80808080) !== 0) return undefined;
  const size = head.subarray(6, 10).reduce((sum, byte) => sum * 128 + byte, 0);
  const footer = ((head[5] ?? 0) & 0x10) === 0 ? 0 : 10;
  const behind = head.subarray(10 + size + footer);
  const found = detectFrames(behind) ?? detectSignature(behind);
  return found?.mediaType === 'audio' ? found : audio('audio/mpeg');
}

function detectCertainText(head: Uint8Array): DetectedType | undefined {
  const text = detectUnicodeText(head);
  return text && nameTextFormat(text);
}

function detectLikelyText(head: Uint8Array): DetectedType | undefined {
  const text = detectPlausibleText(head);
  return text && nameTextFormat(text);
}

/** Answers of file-type that go by too few bytes, for formats that a detector here looks at more closely. */
const unheard = new Set(
  'aac ac3 aif bmp cur flv gif ico mov mp1 mp2 mp3 mpc mpg mts rm swf tif xml stl vcf ics vtt reg pgp'.split(' '),
);

async function detectWithFileType({ head }: ByteSource): Promise<DetectedType | undefined> {
  if (hasAt(head, 0, 'GIF87a') || hasAt(head, 0, 'GIF89a')) return image('image/gif');
  // It rejects some inputs that merely look like a container it knows.
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  if (!found || unheard.has(found.ext)) return undefined;
  const [kind] = found.mime.split('/');
  if (kind === 'image') return image(found.mime);
  if (kind === 'video') return video(found.mime);
  return kind === 'audio' ? audio(found.mime) : nameDocument(found.mime);
}
