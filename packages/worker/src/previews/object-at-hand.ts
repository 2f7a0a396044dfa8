import { CannotPreview } from './cannot-preview.ts';
import { mostAsked } from './messages.ts';

/** A picture is decoded from memory as a whole. */
const mostWhole = 256 * 2 ** 20;

/** The object whose previews are made: this process has no file, and gets the bytes that it asks for. */
export interface ObjectAtHand {
  /** Bytes. */
  size: number;
  mime: string;
  /** Positions are inclusive; at most `mostAsked` bytes at once. */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** Throws CannotPreview when that is too much. */
export async function readWhole({ size, read }: ObjectAtHand): Promise<Buffer> {
  if (size > mostWhole)
    throw new CannotPreview(
      `The file is larger than ${mostWhole / 2 ** 20} MiB, the most that is decoded for a preview.`,
    );
  const whole = Buffer.allocUnsafe(size);
  for (let at = 0; at < size; ) {
    const piece = await read(at, Math.min(at + mostAsked, size) - 1);
    if (piece.length === 0) throw new CannotPreview('The file is shorter than it was.');
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
