import { latin1 } from './bytes.ts';
import { findLegacyEncoding } from './legacy-encoding.ts';
import { decodeText, findMarkedEncoding, findUnmarkedUnicode } from './unicode.ts';

export interface DetectedText {
  /** As TextDecoder names it; null where it has no decoder for this text. */
  encoding: string | null;
  /** Where TextDecoder has none: as IANA names it. */
  charset?: string;
  /** The beginning, decoded: what tells SVG from other text. */
  sample: string;
}

const mostControls = 0.002;
/** Under this, a tenth of all random strings would pass for some legacy text. */
const shortestLegacy = 32;

/** Text that can hardly be anything else: by its mark, an escape sequence of ISO 2022, or as UTF-8. */
export function detectUnicodeText(head: Uint8Array): DetectedText | undefined {
  const marked = findMarkedEncoding(head);
  if (marked) return marked;
  const escaped = findEscapedEncoding(head);
  if (escaped) return escaped;
  if (!hasFewControls(head)) return undefined;
  return decodeText(head, 'utf-8');
}

/** Text by plausibility: behind NULs (a log that was cut while it was written), UTF-16 and UTF-32 without a mark, and the encodings of before Unicode. */
export function detectPlausibleText(head: Uint8Array): DetectedText | undefined {
  const first = head.findIndex((byte) => byte !== 0);
  if (first >= 16 && head.length - first >= shortestLegacy) return detectUnicodeText(head.subarray(first));
  const unmarked = findUnmarkedUnicode(head);
  if (unmarked) return unmarked;
  if (head.length < shortestLegacy || !hasFewControls(head)) return undefined;
  const encoding = findLegacyEncoding(head);
  return encoding === undefined ? undefined : decodeText(head, encoding, { fatal: false });
}

/** ISO-2022 (RFC 1468, 1557, 1922): ASCII in which escape sequences choose the character set. */
function findEscapedEncoding(head: Uint8Array): DetectedText | undefined {
  if (!head.includes(0x1b) || head.some((byte) => byte >= 0x80 || byte === 0)) return undefined;
  const text = latin1(head, 0, head.length);
  const [, sequence] = /\p{Cc}(\$[@B]|\$\([@BDOPQ]|\([JI]|\$\)[CAGE])/u.exec(text) ?? [];
  if (sequence === undefined) return undefined;
  if (!sequence.startsWith('$)')) return decodeText(head, 'iso-2022-jp');
  return { encoding: null, charset: sequence === '$)C' ? 'iso-2022-kr' : 'iso-2022-cn', sample: text.slice(0, 4096) };
}

// Bell and backspace (terminals, manual pages), tab, line feed, form feed, carriage return and escape (coloured logs) occur in text.
const isControl = (byte: number) => (byte < 32 && ![7, 8, 9, 10, 12, 13, 27].includes(byte)) || byte === 127;
const controls = Uint8Array.from({ length: 256 }, (_, byte) => Number(isControl(byte)));

/** The end mark of DOS, and what filled the block behind it, is no fault. */
function hasFewControls(head: Uint8Array): boolean {
  const most = head.length * mostControls;
  const end = head.findLastIndex((byte) => byte !== 0x1a) + 1;
  let n = 0;
  for (let i = 0; i < end; i++) {
    n += controls[head[i] ?? 0] ?? 0;
    if (n > most) return false;
  }
  return true;
}
