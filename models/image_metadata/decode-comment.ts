/**
 * The user's comment of EXIF data (0x9286): eight bytes name its encoding. UNICODE is UTF-16 in one of
 * both byte orders; which one, the zeros of Latin letters tell.
 */
export function decodeComment(value: unknown): string | undefined {
  if (typeof value === 'string') return value.replace(/^(?:ASCII|UNICODE|JIS)\0+/, '');
  if (!(value instanceof Uint8Array) || value.length <= 8) return undefined;
  const text = value.subarray(8);
  return new TextDecoder(nameEncoding(String.fromCharCode(...value.subarray(0, 3)), text)).decode(text);
}

function nameEncoding(name: string, text: Uint8Array): string {
  if (name === 'UNI') return text.indexOf(0) % 2 === 0 ? 'utf-16be' : 'utf-16le';
  return name === 'JIS' ? 'iso-2022-jp' : 'utf-8';
}
