export interface DetectedText {
  /** As TextDecoder names it. */
  encoding: string;
  /** The beginning, decoded: what tells SVG from other text. */
  sample: string;
}

const marks: [bytes: number[], encoding: string][] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/** Whether a file's beginning is text, and in which encoding: by byte order mark, else UTF-8, else an 8-bit one. */
export function detectText(head: Uint8Array): DetectedText | undefined {
  if (head.length === 0) return undefined;
  const marked = marks.find(([bytes]) => bytes.every((byte, i) => head[i] === byte));
  if (marked) return decode(head, marked[1]);
  if (countBytes(head, isControl) > head.length * 0.002) return undefined;
  const utf8 = decode(head, 'utf-8');
  if (utf8) return utf8;
  // Under 32 bytes a tenth of all random strings would pass for some 8-bit text.
  const plausible = head.length >= 32 && countBytes(head, isC1) <= head.length * 0.01;
  return plausible ? decode(head, 'windows-1252') : undefined;
}

function decode(head: Uint8Array, encoding: string): DetectedText | undefined {
  try {
    // `stream` lets the sample end in the middle of a character.
    const sample = new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
    return { encoding, sample: sample.slice(0, 4096) };
  } catch {
    return undefined; // not this encoding
  }
}

function countBytes(bytes: Uint8Array, test: (byte: number) => boolean): number {
  let n = 0;
  for (const byte of bytes) if (test(byte)) n++;
  return n;
}

// Tab, line feed, form feed, carriage return and escape (coloured logs) occur in text.
const isControl = (byte: number) => (byte < 32 && ![9, 10, 12, 13, 27].includes(byte)) || byte === 127;
const isC1 = (byte: number) => byte >= 0x80 && byte <= 0x9f;
