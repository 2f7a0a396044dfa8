import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MultipartReader } from './multipart-reader.ts';

type Part = { name: string; fileName: string | undefined; body: string };

/** Reads a form that comes in pieces of these lengths, and takes its time over every part and every write. */
async function readForm(form: Buffer, boundary: string, pieces: number[], slow: boolean): Promise<Part[]> {
  const parts: Part[] = [];
  const pause = () => new Promise<void>((resolve) => void setImmediate(resolve));
  const reader = new MultipartReader({
    boundary,
    headerBytes: 4096,
    async openPart({ name, fileName }) {
      if (slow) await pause();
      const chunks: Buffer[] = [];
      return {
        // What a part is given counts when it has been taken in, and its end must not come before.
        write(bytes) {
          const take = () => void chunks.push(Buffer.from(bytes));
          return slow ? pause().then(take) : take();
        },
        end: () => parts.push({ name, fileName, body: Buffer.concat(chunks).toString('latin1') }),
      };
    },
  });
  for (let at = 0, i = 0; at < form.length; i++) {
    const length = pieces[i % pieces.length] ?? 1;
    await reader.write(form.subarray(at, at + length));
    at += length;
  }
  reader.end();
  return parts;
}

// Bytes of which a boundary is made, so that near misses abound.
const nearMiss = fc.array(fc.constantFrom('\r', '\n', '-', 'b', 'x', '\r\n--', '\r\n--b', '\r\n-'), { maxLength: 30 });
// Node's own reader takes the boundary for one wherever it stands.
const body = nearMiss.map((bytes) => bytes.join('')).filter((text) => !text.includes('bb'));

test('a form is the same in whatever pieces it comes, and to another reader', async () => {
  const sent = fc.array(fc.record({ name: fc.stringMatching(/^[a-z]{1,9}$/), body }), { maxLength: 5 });
  const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(sent, pieces, fc.boolean(), async (parts, lengths, slow) => {
      const text = parts.map(
        ({ name, body }) => `--bb\r\nContent-Disposition: form-data; name="${name}"; filename="f"\r\n\r\n${body}\r\n`,
      );
      const form = Buffer.from(`${text.join('')}--bb--\r\n`, 'latin1');
      const read = await readForm(form, 'bb', lengths, slow);
      expect(read).toEqual(parts.map((part) => ({ ...part, fileName: 'f' })));

      const headers = { 'content-type': 'multipart/form-data; boundary=bb' };
      const theirs = await new Response(new Uint8Array(form), { headers }).formData();
      expect(await Promise.all([...theirs.values()].map((value) => new Blob([value]).text()))).toEqual(
        read.map((part) => part.body),
      );
    }),
    { numRuns: 300 },
  );
});

test('what ends as a boundary may begin keeps nobody from giving its memory back', async () => {
  const head = 'Content-Disposition: form-data; name="a"; filename="f"';
  const pieces = ['one\r', 'two\r\n-', 'three', 'four\r\n--b'].map((text) => new Uint8Array(Buffer.from(text)));
  const taken: { text: string; isOwn: boolean }[] = [];
  const reader = new MultipartReader({
    boundary: 'bb',
    headerBytes: 4096,
    openPart: () => ({
      write(bytes, isOwn) {
        taken.push({ text: bytes.toString('latin1'), isOwn });
        if (isOwn) (bytes.buffer as ArrayBuffer).transfer(0);
        return undefined;
      },
      end() {},
    }),
  });
  await reader.write(Buffer.from(`--bb\r\n${head}\r\n\r\nzero`));
  for (const { buffer } of pieces) await reader.write(Buffer.from(buffer));
  await reader.write(Buffer.from('b--\r\n'));
  reader.end();
  const own = (text: string) => ({ text, isOwn: true });
  const copied = (text: string) => ({ text, isOwn: false });
  const parts = [copied('zero'), own('one'), copied('\r'), own('two'), copied('\r\n-'), own('three'), own('four')];
  expect(taken).toEqual(parts);
  expect(pieces.map(({ byteLength }) => byteLength)).toEqual([0, 0, 0, 0]);
});

test('no bytes make it throw anything but what it says', async () => {
  const garbage = fc.array(
    fc.constantFrom('\r\n', '--bb', '--', '\0', ':', ' ', 'Content-Disposition', 'form-data; name="a"', 'x', '\r', '"'),
  );
  await fc.assert(
    fc.asyncProperty(garbage, fc.integer({ min: 1, max: 9 }), async (words, length) => {
      const read = readForm(Buffer.from(words.join('')), 'bb', [length], false);
      const code = await read.then(() => undefined).catch((error: unknown) => (error as { code?: string }).code);
      expect([undefined, 'invalid_request', 'incomplete_upload', 'unsupported_encoding']).toContain(code);
    }),
    { numRuns: 1000 },
  );
});
