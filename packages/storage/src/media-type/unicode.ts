import { hasAt, u32be, u32le } from './bytes.ts';
import type { DetectedText } from './text.ts';

/** So much of a text is kept to tell its format. */
const sampleLetters = 4096;

/** The text in this encoding; undefined when it isn't. A character cut by the end of the head is forgiven. */
export function decodeText(head: Uint8Array, encoding: string, { fatal = true } = {}): DetectedText | undefined {
  try {
    const sample = new TextDecoder(encoding, { fatal }).decode(head, { stream: true });
    return sample.length > 0 ? { encoding, sample: sample.slice(0, sampleLetters) } : undefined;
  } catch {
    return undefined; // not this encoding
  }
}

/** By a byte order mark. Those of UTF-16 are checked: MPEG audio may begin with the same two bytes. */
export function findMarkedEncoding(head: Uint8Array): DetectedText | undefined {
  if (hasAt(head, 0, '\xef\xbb\xbf')) return decodeText(head, 'utf-8') ?? emptyText(head, 3, 'utf-8');
  if (hasAt(head, 0, '\xff\xfe\0\0')) return readUtf32(head.subarray(4), 'utf-32le');
  if (hasAt(head, 0, '\0\0\xfe\xff')) return readUtf32(head.subarray(4), 'utf-32be');
  const encoding = hasAt(head, 0, '\xff\xfe') ? 'utf-16le' : hasAt(head, 0, '\xfe\xff') ? 'utf-16be' : undefined;
  if (encoding === undefined) return undefined;
  const text = decodeText(head, encoding) ?? emptyText(head, 2, encoding);
  return text && countOdd(text.sample) <= text.sample.length * 0.05 ? text : undefined;
}

/** A mark and nothing behind it. */
const emptyText = (head: Uint8Array, markLength: number, encoding: string): DetectedText | undefined =>
  head.length === markLength ? { encoding, sample: '' } : undefined;

/** UTF-16 or UTF-32 without a mark: nearly all characters are assigned, and words or sentences are divided. */
export function findUnmarkedUnicode(head: Uint8Array): DetectedText | undefined {
  if (head.length < 8) return undefined;
  const wide = readUtf32(head, 'utf-32le') ?? readUtf32(head, 'utf-32be');
  if (wide) return wide;
  const [better] = ['utf-16le', 'utf-16be']
    .map((encoding) => decodeText(head, encoding))
    .filter((text) => text !== undefined)
    .filter(({ sample }) => (head.length < shortestForeign ? isAscii.test(sample) : isPlausible(sample)))
    .sort((a, b) => countDividers(b.sample) - countDividers(a.sample));
  return better;
}

/** Bytes. Fewer count as UTF-16 only when all letters are ASCII's. */
const shortestForeign = 32;

const isPlausible = (text: string) =>
  countOdd(text) <= text.length * 0.01 &&
  (countDividers(text) >= text.length * 0.02 || isAscii.test(text) || isOfOneScript(text));

/** Thai and others don't divide words; their letters lie together in a block of 256. */
function isOfOneScript(text: string): boolean {
  const block = text.charCodeAt(0) >> 8;
  let within = 0;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >> 8 === block) within++;
  return text.length >= 8 && block > 0 && within >= text.length * 0.9;
}

const isAscii = /^[\t\r\n -~]{4,}$/;
/** Control characters, private, unassigned and lone halves of pairs: what text has no use for. */
const odd = /[^\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\p{Cf}\t\r\n\f\v]/gu;
const dividers = /[ \t\r\n\u3000-\u3002\uff0c\u0e2f]/g;

const countOdd = (text: string) => text.match(odd)?.length ?? 0;
const countDividers = (text: string) => text.match(dividers)?.length ?? 0;

/** TextDecoder has no UTF-32, so the text keeps its bytes and its type says the charset. */
function readUtf32(bytes: Uint8Array, charset: 'utf-32le' | 'utf-32be'): DetectedText | undefined {
  const read = charset === 'utf-32le' ? u32le : u32be;
  let sample = '';
  for (let offset = 0; offset + 4 <= bytes.length && sample.length < sampleLetters; offset += 4) {
    const point = read(bytes, offset);
    if (point > 0x10ffff || point === 0) return undefined;
    sample += String.fromCodePoint(point);
  }
  return sample.length >= 2 && countOdd(sample) === 0 ? { encoding: null, charset, sample } : undefined;
}
