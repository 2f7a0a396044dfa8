const byteOrderMarks = [
  [0xef, 0xbb, 0xbf],
  [0xff, 0xfe],
  [0xfe, 0xff],
  [0x00, 0x00, 0xfe, 0xff],
];
/** Control bytes that text has a use for: tab, line feed, form feed, carriage return, escape. */
const usefulControls = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x1b]);
const mostControls = 0.002;
/** Below this, a legacy encoding can't be told from noise. */
const shortestLegacy = 32;

function isUtf8(bytes: Uint8Array): boolean {
  try {
    // `stream` forgives a character that the end of the sample cuts.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** UTF-16 of western text has a NUL in every other byte. */
function looksLikeUtf16(bytes: Uint8Array): boolean {
  if (bytes.length < 8) return false;
  const zeros = [0, 0];
  bytes.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  const half = bytes.length / 2;
  return Math.max(even, odd) / half > 0.7 && Math.min(even, odd) === 0;
}

/** Whether bytes of no other known type are text. The server decides in the end; this is for the table. */
export function isText(bytes: Uint8Array): boolean {
  if (byteOrderMarks.some((mark) => mark.every((byte, index) => bytes[index] === byte))) return true;
  if (bytes.includes(0)) return looksLikeUtf16(bytes);
  const controls = bytes.reduce((n, byte) => (byte < 0x20 && !usefulControls.has(byte) ? n + 1 : n), 0);
  if (controls > bytes.length * mostControls) return false;
  if (isUtf8(bytes)) return true;
  const rare = bytes.reduce((n, byte) => (byte >= 0x80 && byte < 0xa0 ? n + 1 : n), 0);
  return bytes.length >= shortestLegacy && rare < bytes.length * 0.3;
}
