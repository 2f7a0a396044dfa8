import { hasAt, latin1 } from './bytes.ts';
import { audio, type DetectedType, video } from './finding.ts';
import type { ByteSource } from './source.ts';

/** Element IDs with their length marker: RFC 8794 (EBML), RFC 9559 (Matroska). */
const ids = { docType: 0x4282, segment: 0x18538067, tracks: 0x1654ae6b, trackEntry: 0xae, trackType: 0x83 };
const trackTypes = { video: 1, audio: 2, complex: 3 };

interface Element {
  id: number;
  start: number;
  end: number;
}

/** WebM and Matroska: by the type of their tracks; without any, video. */
export async function detectEbml(source: ByteSource): Promise<DetectedType | undefined> {
  if (!hasAt(source.head, 0, '\x1a\x45\xdf\xa3')) return undefined;
  let docType = 'matroska';
  for await (const top of walkElements(source, 0, source.size)) {
    if (top.id === ids.segment) return decide(docType, await listTrackTypes(source, top));
    for await (const element of walkElements(source, top.start, top.end)) {
      if (element.id === ids.docType) docType = await readText(source, element);
    }
  }
  return decide(docType, []);
}

function decide(docType: string, types: number[]): DetectedType {
  const container = docType === 'webm' ? 'webm' : 'matroska';
  const hasVideo = types.includes(trackTypes.video) || types.includes(trackTypes.complex);
  return !hasVideo && types.includes(trackTypes.audio) ? audio(`audio/${container}`) : video(`video/${container}`);
}

async function listTrackTypes(source: ByteSource, segment: Element): Promise<number[]> {
  const types: number[] = [];
  for await (const element of walkElements(source, segment.start, segment.end)) {
    if (element.id !== ids.tracks) continue;
    for await (const entry of walkElements(source, element.start, element.end)) {
      if (entry.id !== ids.trackEntry) continue;
      for await (const field of walkElements(source, entry.start, entry.end)) {
        if (field.id === ids.trackType) types.push((await source.read(field.end - 1, 1))[0] ?? 0);
      }
    }
    break;
  }
  return types;
}

async function* walkElements(source: ByteSource, start: number, end: number): AsyncGenerator<Element> {
  let offset = start;
  while (offset < end) {
    const header = await source.read(offset, 12);
    const idLength = countOctets(header[0]);
    const sizeLength = countOctets(header[idLength]);
    if (idLength > 4 || sizeLength > 8 || header.length < idLength + sizeLength) return;
    const content = offset + idLength + sizeLength;
    const size = readSize(header.subarray(idLength, idLength + sizeLength));
    // An unknown size reaches to the end of what holds the element.
    const next = size === undefined ? end : content + size;
    yield { id: readNumber(header.subarray(0, idLength)), start: content, end: Math.min(next, end) };
    offset = next;
  }
}

/** The position of the first set bit is the length of a variable-size integer; 9 when there is none. */
const countOctets = (first = 0) => Math.clz32(first) - 23;

const readNumber = (bytes: Uint8Array) => bytes.reduce((value, byte) => value * 256 + byte, 0);

/** Without its marker; undefined when all bits are set: the size is unknown. */
function readSize(bytes: Uint8Array): number | undefined {
  const values = 0xff >> bytes.length;
  const [first = 0, ...others] = bytes;
  if ((first & values) === values && others.every((byte) => byte === 0xff)) return undefined;
  return readNumber(Uint8Array.of(first & values, ...others));
}

async function readText(source: ByteSource, { start, end }: Element): Promise<string> {
  const length = Math.min(end - start, 16);
  return latin1(await source.read(start, length), 0, length).replace(/\0+$/, '');
}
