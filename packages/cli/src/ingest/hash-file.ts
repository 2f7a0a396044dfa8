import { createHash, hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { MediaType } from '@assay/shared';
import { type DetectedType, detectMediaType, sampleBytes } from '@assay/storage';
import type { FoundFile } from './find-files.ts';
import { notIn, type Outcome } from './outcome.ts';
import { explainFault } from './read-fault.ts';

/** A file that Assay takes, read once to its end. */
export interface HashedFile extends FoundFile {
  sha256: string;
  size: number;
  mediaType: MediaType;
  mime: string;
}

const pieceBytes = 1 << 20;

interface Reading {
  onRead: (bytes: number) => void;
  /** Aborted: reading ends, and throws. */
  stop: AbortSignal;
}

/** Reads a file in constant memory. An Outcome when it can't be read, is empty, or is of no media type. */
export async function hashFile(found: FoundFile, reading: Reading): Promise<HashedFile | Outcome> {
  try {
    const file = await open(found.at);
    try {
      const { type, ...facts } = await readFacts(file, reading);
      return judge({ ...found, ...facts }, type);
    } finally {
      await file.close();
    }
  } catch (error) {
    return explainFault({ path: found.path }, error);
  }
}

async function readFacts(file: FileHandle, { onRead, stop }: Reading) {
  const piece = Buffer.allocUnsafe(Math.min(pieceBytes, (await file.stat()).size + 1));
  const readAt = async (offset: number) => {
    const { bytesRead } = await file.read(piece, 0, piece.length, offset);
    stop.throwIfAborted();
    onRead(bytesRead);
    return piece.subarray(0, bytesRead);
  };
  const first = await readAt(0);
  let size = first.length;
  let sha256: string;
  const head = Buffer.from(first.subarray(0, sampleBytes));
  if (size < piece.length) sha256 = hash('sha256', first);
  else {
    const whole = createHash('sha256').update(first);
    for (let next = await readAt(size); next.length > 0; next = await readAt(size)) {
      whole.update(next);
      size += next.length;
    }
    sha256 = whole.digest('hex');
  }
  const read = async (offset: number, length: number) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  };
  return { size, sha256, type: await detectMediaType(head, { size, read }) };
}

/** The server's own rules, asked here so that no bytes move in vain; it asks them again. */
function judge(file: Omit<HashedFile, 'mediaType' | 'mime'>, type: DetectedType): HashedFile | Outcome {
  const { path, sha256, size } = file;
  if (size === 0) return notIn('refused', { path, size }, 'empty_file', 'It is empty');
  const { mediaType, mime } = type;
  if (mediaType !== null) return { ...file, mediaType, mime };
  const about = { path, sha256, size, mime };
  return notIn('refused', about, 'unsupported_media', `It is ${type.is}, which is no image, video, audio or text`);
}
