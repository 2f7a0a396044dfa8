import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join, relative, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Answer, answerParts, derivationSchema, type Manifest, protocolHeaders } from '@assay/shared';
import { z } from 'zod';
import { makeStorable } from './make-storable.ts';
import { Refusal } from './refusal.ts';

// RFC 9110, 5.6.2
const mime = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+(?:; ?charset=[\w-]+)?$/;

const emittedSchema = z.array(
  derivationSchema.extend({ path: z.string(), mime: z.string().regex(mime, 'a type such as image/jpeg') }),
);

export type Emitted = z.infer<typeof emittedSchema>[number];

/** The objects that `predict` returned, each a file in the prediction's folder. Throws a 500 that names what is wrong. */
export async function checkEmitted(predicted: unknown, folder: string, { emits }: Manifest): Promise<Emitted[]> {
  const objects = predicted && typeof predicted === 'object' && 'objects' in predicted ? predicted.objects : undefined;
  if (objects === undefined) return [];
  const parsed = emittedSchema.safeParse(makeStorable(objects));
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `objects.${issue.path.join('.')}: ${issue.message}`);
    throw invalid(faults.slice(0, 5).join('; '));
  }
  if (parsed.data.length > 0 && emits.length === 0)
    throw invalid('it has objects, and the emits of the manifest names no type');
  for (const [i, { path }] of parsed.data.entries()) {
    const place = relative(folder, resolve(folder, path));
    const file = place.startsWith('..') ? undefined : await lstat(join(folder, place)).catch(() => undefined);
    if (!file?.isFile()) throw invalid(`objects.${i}.path: ${path} is no file in the folder of the prediction`);
    if (file.size === 0) throw invalid(`objects.${i}.path: ${path} is empty`);
  }
  return parsed.data;
}

const invalid = (what: string) => new Refusal(500, `The model's answer is not valid: ${what}`);

/** The answer with its objects, one after the other as the caller takes them. Rejects when it goes away. */
export async function sendEmitted(
  response: ServerResponse,
  { answer, objects, folder }: { answer: Answer; objects: Emitted[]; folder: string },
  signal: AbortSignal,
): Promise<void> {
  const boundary = randomUUID();
  response.writeHead(200, { 'content-type': `multipart/form-data; boundary=${boundary}` });
  async function* form() {
    yield `--${boundary}\r\nContent-Disposition: form-data; name="${answerParts.prediction}"\r\n`;
    yield `Content-Type: application/json\r\n\r\n${JSON.stringify(answer)}`;
    for (const { path, mime, ...derivation } of objects) {
      yield `\r\n--${boundary}\r\nContent-Disposition: form-data; name="${answerParts.object}"; filename="object"\r\n`;
      yield `Content-Type: ${mime}\r\n${protocolHeaders.derivation}: ${toAscii(derivation)}\r\n\r\n`;
      yield* createReadStream(resolve(folder, path), { highWaterMark: 1 << 18 });
    }
    yield `\r\n--${boundary}--\r\n`;
  }
  await pipeline(Readable.from(form()), response, { signal });
}

/** JSON fit for a header: every character that is not ASCII as `\uXXXX`. */
const toAscii = (value: object) =>
  JSON.stringify(value).replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
