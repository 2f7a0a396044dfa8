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

/**
 * multipart/form-data (RFC 7578), its length told first, so that the server can refuse it before its bytes come.
 * A file name goes as `filename*` (RFC 8187), the one way that keeps every character.
 */
export async function encodeForm(
  fields: (readonly [name: string, value: string])[],
  files: { field: string; file: FileToSend }[],
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
  const body = joinForm(first, parts, last, isSmall);
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, 'content-length': String(length) },
    body: isSmall ? await buffer(body) : body,
  };
}

async function* joinForm(
  first: Buffer,
  parts: { head: Buffer; size: number; file: FileToSend }[],
  last: Buffer,
  isSmall: boolean,
): AsyncGenerator<Uint8Array> {
  yield first;
  for (const { head, size, file } of parts) {
    yield head;
    if ('bytes' in file) yield file.bytes;
    else if (isSmall) yield await readFile(file.path);
    else if (size > 0) yield* createReadStream(file.path, { end: size - 1, highWaterMark: 256 * 1024 });
    yield Buffer.from('\r\n');
  }
  yield last;
}

const encodeName = (name: string) =>
  encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
