import { hash } from 'node:crypto';
import { MultipartReader, readBoundary } from '@assay/multipart';
import { AppError, answerParts, derivationSchema, protocolHeaders } from '@assay/shared';
import { type DetectedType, detectBytesType } from '@assay/storage';
import { parseJson } from '../../client/assay-error.ts';

/** An object of an answer. */
interface Emitted {
  type: DetectedType;
  size: number;
  /** Of its bytes, so that two answers can be compared. */
  sha256: string;
  /** As its header says; undefined: that is no JSON. */
  derivation: unknown;
}

export interface AnswerForm {
  /** What keeps it from being read as the protocol says; null: nothing. */
  fault: string | null;
  /** The text of the part `prediction`. */
  prediction: string;
  objects: Emitted[];
}

const mostBytes = 512 * 2 ** 20;

interface Part {
  name: string;
  headers: ReadonlyMap<string, string>;
  chunks: Buffer[];
}

/** Reads an answer in multipart/form-data; rejects only with what the body rejects with. */
export async function readForm(contentType: string, body: AsyncIterable<Buffer>): Promise<AnswerForm> {
  const parts: Part[] = [];
  let size = 0;
  try {
    const reader = new MultipartReader({
      boundary: readBoundary(contentType),
      headerBytes: 16_384,
      openPart({ name, headers }) {
        const part: Part = { name, headers, chunks: [] };
        parts.push(part);
        return { write: (bytes) => void part.chunks.push(Buffer.from(bytes)), end() {} };
      },
    });
    for await (const bytes of body) {
      size += bytes.length;
      if (size > mostBytes) throw new AppError('request_too_large', `It is longer than ${mostBytes} bytes`);
      await reader.write(bytes);
    }
    reader.end();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { fault: error.message, prediction: '', objects: [] };
  }
  const [first, ...others] = parts;
  const stray = others.find(({ name }) => name !== answerParts.object);
  if (first?.name !== answerParts.prediction)
    return refuse(`Its first part is ${first?.name ?? 'missing'}, not prediction`);
  if (stray) return refuse(`It has a part ${stray.name}; after the first, each is object`);
  const objects = await Promise.all(others.map(readObject));
  return { fault: null, prediction: Buffer.concat(first.chunks).toString('utf8'), objects };
}

const refuse = (fault: string): AnswerForm => ({ fault, prediction: '', objects: [] });

async function readObject({ headers, chunks }: Part): Promise<Emitted> {
  const bytes = Buffer.concat(chunks);
  return {
    type: await detectBytesType(bytes),
    size: bytes.length,
    sha256: hash('sha256', bytes),
    derivation: parseJson(headers.get(protocolHeaders.derivation) ?? '{}'),
  };
}

/** What to mend in the objects of an answer; undefined: nothing. */
export function findObjectFault({ fault, objects }: AnswerForm, emits: readonly string[]): string | undefined {
  if (fault) return `Send the form as RFC 7578 has it: ${fault}`;
  if (objects.length > 0 && emits.length === 0) return "List in the manifest's emits the types of the objects";
  for (const [i, { type, size, derivation }] of objects.entries()) {
    const which = `object ${i + 1}`;
    if (size === 0) return `Send no empty objects: ${which} is`;
    if (type.mediaType === null) return `Emit images, videos, audio and text only: ${which} is ${type.is}`;
    if (!emits.includes(type.mediaType))
      return `List in the manifest's emits what the objects are: ${which} is ${type.mediaType} (${type.mime})`;
    if (!derivationSchema.safeParse(derivation).success)
      return `Say {"time": {"start", "end"}, "label"} in ${protocolHeaders.derivation}, in JSON and ASCII: that of ${which} is something else`;
  }
  return undefined;
}
