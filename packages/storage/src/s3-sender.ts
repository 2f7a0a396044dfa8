import type { FileHandle } from 'node:fs/promises';
import type { ObjectHash } from '@assay/shared';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import { isStatus } from './s3-errors.ts';

// S3's own limits are 5 MiB at least and 10,000 parts at most.
const leastPartBytes = 8 << 20;
const mostParts = 10_000;
// Of one file at a time; and of all files, which bounds the memory to 64 MiB for files below 78 GiB.
const partsOfFile = 3;
const partsOfAll = 8;
const attempts = 3;

/**
 * Sends files to a bucket, in parts when they are large. Parts are read where they lie and a failed one fails the file
 * at once; lib-storage, which does the same work for streams, copies each part and goes on sending after a failure.
 */
export class S3Sender {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #slots = pLimit(partsOfAll);
  /** Memory of parts that are sent, for the next ones: left to the collector, it would pile up. */
  readonly #spare: Buffer[] = [];
  /** Whether the server knows writes on condition. Without them an object may be sent twice, with the same bytes. */
  #conditional = true;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  /** False when an object with this key came to be meanwhile. */
  async send(file: FileHandle, key: string, sha256: ObjectHash): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#sendOnce(file, key, sha256);
        return true;
      } catch (error) {
        if (isStatus(error, 412)) return false;
        if (this.#conditional && isStatus(error, 501)) this.#conditional = false;
        // Somebody else's write of this key was going on.
        else if (!isStatus(error, 409) || attempt === attempts) throw error;
      }
    }
  }

  async #sendOnce(file: FileHandle, key: string, sha256: ObjectHash): Promise<void> {
    const { size } = await file.stat();
    const place = { Bucket: this.#bucket, Key: key };
    const condition = this.#conditional ? { IfNoneMatch: '*' } : {};
    if (size <= leastPartBytes) {
      await this.#withPart(file, { start: 0, length: size }, async (Body) => {
        // The server checks it, so nothing but the object can come to lie under its hash.
        const ChecksumSHA256 = Buffer.from(sha256, 'hex').toString('base64');
        await this.#client.send(new PutObjectCommand({ ...place, ...condition, Body, ChecksumSHA256 }));
      });
      return;
    }
    const created = await this.#client.send(new CreateMultipartUploadCommand({ ...place, ChecksumAlgorithm: 'CRC32' }));
    const upload = { ...place, UploadId: created.UploadId };
    try {
      const MultipartUpload = { Parts: await this.#sendParts(file, size, upload) };
      await this.#client.send(new CompleteMultipartUploadCommand({ ...upload, ...condition, MultipartUpload }));
    } catch (error) {
      // The sweep aborts what can't be aborted now; the reason is the first failure.
      await this.#client.send(new AbortMultipartUploadCommand(upload)).catch(() => {});
      throw error;
    }
  }

  async #sendParts(file: FileHandle, size: number, upload: MultipartUpload): Promise<CompletedPart[]> {
    const partBytes = Math.max(leastPartBytes, Math.ceil(size / mostParts));
    const count = Math.ceil(size / partBytes);
    const parts: CompletedPart[] = [];
    const failed = new AbortController();
    let next = 0;
    // Each file waits for few slots at a time, so that a large one does not hold up the others.
    const sendNext = async () => {
      while (next < count && !failed.signal.aborted) {
        const part = next++;
        const start = part * partBytes;
        const length = Math.min(partBytes, size - start);
        parts[part] = await this.#withPart(file, { start, length }, (body) =>
          this.#sendPart(upload, part + 1, body, failed.signal),
        );
      }
    };
    const lanes = Array.from({ length: partsOfFile }, () =>
      sendNext().catch((error: unknown) => {
        if (!failed.signal.aborted) failed.abort(error);
      }),
    );
    await Promise.all(lanes);
    failed.signal.throwIfAborted();
    return parts;
  }

  /** Reads a part of the file when there is memory for it, and sends it. */
  #withPart<T>(
    file: FileHandle,
    { start, length }: { start: number; length: number },
    send: (body: Buffer) => Promise<T>,
  ): Promise<T> {
    return this.#slots(async () => {
      if (length > leastPartBytes) return send(await readPart(file, start, Buffer.allocUnsafeSlow(length)));
      const memory = this.#spare.pop() ?? Buffer.allocUnsafeSlow(leastPartBytes);
      const sent = await send(await readPart(file, start, memory.subarray(0, length)));
      // Not after a failure: what failed may still be on its way out.
      this.#spare.push(memory);
      return sent;
    });
  }

  async #sendPart(
    upload: MultipartUpload,
    PartNumber: number,
    Body: Buffer,
    abortSignal: AbortSignal,
  ): Promise<CompletedPart> {
    const command = new UploadPartCommand({ ...upload, PartNumber, Body, ChecksumAlgorithm: 'CRC32' });
    const { ETag, ChecksumCRC32 } = await this.#client.send(command, { abortSignal });
    return { PartNumber, ETag, ...(ChecksumCRC32 && { ChecksumCRC32 }) };
  }
}

interface MultipartUpload {
  Bucket: string;
  Key: string;
  UploadId: string | undefined;
}

async function readPart(file: FileHandle, start: number, part: Buffer): Promise<Buffer> {
  for (let filled = 0; filled < part.length; ) {
    const { bytesRead } = await file.read(part, filled, part.length - filled, start + filled);
    if (bytesRead === 0) throw new Error('The file became shorter while it was sent to the store');
    filled += bytesRead;
  }
  return part;
}
