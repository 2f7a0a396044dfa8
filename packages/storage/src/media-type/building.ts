// Pieces of files, built from the formats' structures: for the tests here.

export const bytes = (...parts: (string | number | number[] | Uint8Array)[]): Buffer =>
  Buffer.concat(
    parts.map((part) => {
      if (typeof part === 'string') return Buffer.from(part, 'latin1');
      return typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part);
    }),
  );

export const zeros = (length: number): Buffer => Buffer.alloc(length);

export function be(value: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  buffer.writeUIntBE(value, 0, length);
  return buffer;
}

export function le(value: number, length: number): Buffer {
  return Buffer.from(be(value, length).reverse());
}

/** An ISO-BMFF box. */
export const box = (type: string, ...content: Parameters<typeof bytes>): Buffer =>
  bytes(be(bytes(...content).length + 8, 4), type, ...content);

/** A track that says of which kind it is, and of which codec its samples. */
export const track = (handler: string, codec = 'avc1'): Buffer =>
  box(
    'trak',
    box('tkhd', zeros(84)),
    box(
      'mdia',
      box('mdhd', zeros(24)),
      box('hdlr', zeros(8), handler, zeros(13)),
      box('minf', box('stbl', box('stsd', zeros(7), 1, box(codec, zeros(16))))),
    ),
  );

/** An EBML element with a size of one octet, or of eight. */
export function element(id: number[], ...content: Parameters<typeof bytes>): Buffer {
  const inner = bytes(...content);
  const size = inner.length < 127 ? [0x80 | inner.length] : [0x01, 0, ...be(inner.length, 6)];
  return bytes(id, size, inner);
}

/** A RIFF or an IFF chunk. */
export const chunk = (id: string, number: typeof be, ...content: Parameters<typeof bytes>): Buffer => {
  const inner = bytes(...content);
  return bytes(id, number(inner.length, 4), inner, zeros(inner.length % 2));
};
