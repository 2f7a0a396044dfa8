import { randomUUID } from 'node:crypto';
import { createReadStream, type PathLike } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';

/** A file to send: one of this machine, which is streamed, or bytes at hand. */
export type FileToSend = { path: PathLike; fileName: string } | { bytes: Uint8Array; fileName: string };

interface EncodedForm {
  headers: { 'content-type': string; 'content-length': string };
  body: Buffer | AsyncIterable<Uint8Array>;
}

/** Up to here a body is one buffer, which goes out several times as fast as a stream. */
const wholeBytes = 1 << 20;
const pieceBytes = 256 * 1024;

interface Part {
  head: Buffer;
  size: number;
  file: FileToSend;
}

/**
 * multipart/form-data (RFC 7578), its length told first, so that the server can refuse it before its bytes come.
 * A file name goes as `filename*` (RFC 8187), the one way that keeps every character.
 */
export async function encodeForm(
  fields: (readonly [name: string, value: string])[],
  files: { field: string; file: FileToSend }[],
  onSent: (bytes: number) => void = () => {},
): Promise<EncodedForm> {
  const boundary = `assay-${randomUUID()}`;
  const open = (disposition: string) => `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n`;
  const texts = fields.map(([name, value]) => `${open(`name="${name}"`)}\r\n${value}\r\n`);
  const parts = await Promise.all(
    files.map(async ({ field, file }) => {
      const head = `${open(`name="${field}"; filename*=UTF-8''${encodeName(file.fileName)}`)}\r\n`;
      const size = 'bytes' in file ? file.bytes.length : (await stat(file.path)).size;
      return { head: Buffer.from(head), size, file };
    }),
  );
  const first = Buffer.from(texts.join(''));
  const last = Buffer.from(`--${boundary}--\r\n`);
  const length = parts.reduce((sum, { head, size }) => sum + head.length + size + 2, first.length + last.length);
  const isSmall = length <= wholeBytes;
  const body = joinForm(first, parts, last);
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, 'content-length': String(length) },
    body: isSmall ? await buffer(body) : count(body, onSent),
  };
}

async function* joinForm(first: Buffer, parts: Part[], last: Buffer): AsyncGenerator<Uint8Array> {
  yield first;
  for (const { head, size, file } of parts) {
    yield head;
    if ('bytes' in file) yield file.bytes;
    else if (size <= wholeBytes) yield await readFile(file.path);
    else yield* createReadStream(file.path, { end: size - 1, highWaterMark: pieceBytes });
    yield Buffer.from('\r\n');
  }
  yield last;
}

async function* count(pieces: AsyncIterable<Uint8Array>, onSent: (bytes: number) => void) {
  let sent = 0;
  for await (const piece of pieces) {
    yield piece;
    sent += piece.length;
    onSent(sent);
  }
}

const encodeName = (name: string) =>
  encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
