// Reading numbers and names out of bytes. Beyond the end everything reads as zero or as nothing: callers bound their walks by length.

const at = (bytes: Uint8Array, offset: number) => bytes[offset] ?? 0;

export const u16be = (bytes: Uint8Array, offset: number): number => at(bytes, offset) * 256 + at(bytes, offset + 1);
export const u16le = (bytes: Uint8Array, offset: number): number => at(bytes, offset + 1) * 256 + at(bytes, offset);
export const u24be = (bytes: Uint8Array, offset: number): number =>
  at(bytes, offset) * 65_536 + u16be(bytes, offset + 1);
export const u32be = (bytes: Uint8Array, offset: number): number =>
  u16be(bytes, offset) * 65_536 + u16be(bytes, offset + 2);
export const u32le = (bytes: Uint8Array, offset: number): number =>
  u16le(bytes, offset + 2) * 65_536 + u16le(bytes, offset);
/** Inexact above 2^53, where no file ends. */
export const u64be = (bytes: Uint8Array, offset: number): number =>
  u32be(bytes, offset) * 2 ** 32 + u32be(bytes, offset + 4);
export const u64le = (bytes: Uint8Array, offset: number): number =>
  u32le(bytes, offset + 4) * 2 ** 32 + u32le(bytes, offset);

/** One character a byte. */
export const latin1 = (bytes: Uint8Array, offset: number, length: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', offset, offset + length);

/** Whether these bytes, written as Latin-1, stand at the offset. */
export function hasAt(bytes: Uint8Array, offset: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[offset + i] !== text.charCodeAt(i)) return false;
  return true;
}
