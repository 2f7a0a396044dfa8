import { constants } from 'node:fs';
import { access, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { AppError, type ObjectHash, objectHashSchema } from '@assay/shared';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { disk } from './disk.ts';
import { explainS3Failure, isStatus } from './s3-errors.ts';
import { S3Sender } from './s3-sender.ts';
import type { ByteRange, ListedObject, ObjectStore } from './store.ts';
import type { S3Address } from './store-address.ts';

/** Objects in a bucket of any S3-compatible server: `<prefix>/ab/<sha256>`. */
export class S3Store implements ObjectStore {
  readonly incoming: string;
  readonly #address: S3Address;
  readonly #client: S3Client;
  readonly #sender: S3Sender;

  constructor(address: S3Address, incoming: string) {
    this.incoming = incoming;
    this.#address = address;
    this.#client = new S3Client({
      ...(address.endpoint && { endpoint: address.endpoint }),
      ...(address.region && { region: address.region }),
      forcePathStyle: address.pathStyle,
      // Objects are checked against their SHA-256 by whoever needs to know.
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: {
        connectionTimeout: 5_000,
        // To the first byte of the answer, a part of a large file sent included.
        requestTimeout: 300_000,
        throwOnRequestTimeout: true,
        // A reader may pause, as a player does.
        socketTimeout: 600_000,
        httpAgent: { maxSockets: 256 },
        httpsAgent: { maxSockets: 256 },
      },
    });
    this.#sender = new S3Sender(this.#client, address.bucket);
  }

  async put(file: string, sha256: ObjectHash): Promise<boolean> {
    // A small file may be on its way to the disk.
    await disk.finish({ path: file });
    const handle = await open(file, 'r');
    try {
      if (await this.has(sha256)) return false;
      return await this.#sender.send(handle, this.#keyOf(sha256), sha256);
    } finally {
      await handle.close();
    }
  }

  async has(sha256: ObjectHash): Promise<boolean> {
    try {
      await this.#client.send(new HeadObjectCommand(this.#placeOf(sha256)));
      return true;
    } catch (error) {
      if (isStatus(error, 404)) return false;
      throw error;
    }
  }

  /** Far away. */
  lacks(): boolean {
    return false;
  }

  async read(sha256: ObjectHash, range?: ByteRange): Promise<Readable> {
    const Range = range && `bytes=${range.start}-${range.end}`;
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ ...this.#placeOf(sha256), Range }));
      return Body as Readable;
    } catch (error) {
      if (isStatus(error, 416)) return Readable.from([]);
      if (!(error instanceof Error && error.name === 'NoSuchKey')) throw error;
      throw new AppError('object_not_found', `The bytes of ${sha256} are not in the store`, { cause: error });
    }
  }

  async readWhole(sha256: ObjectHash): Promise<Buffer> {
    return buffer(await this.read(sha256));
  }

  async remove(sha256: ObjectHash): Promise<void> {
    await this.#client.send(new DeleteObjectCommand(this.#placeOf(sha256)));
  }

  async *list(): AsyncIterable<ListedObject> {
    for await (const page of paginateListObjectsV2({ client: this.#client }, this.#everything()))
      for (const { Key = '', LastModified } of page.Contents ?? []) {
        const { data: sha256 } = objectHashSchema.safeParse(Key.slice(Key.lastIndexOf('/') + 1));
        if (sha256 && Key === this.#keyOf(sha256) && LastModified) yield { sha256, storedAt: LastModified };
      }
  }

  async abortUnfinished(before: Date): Promise<number> {
    let aborted = 0;
    for (let from = {}, more = true; more; ) {
      const page = await this.#client.send(new ListMultipartUploadsCommand({ ...this.#everything(), ...from }));
      for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
        if (!Initiated || Initiated >= before) continue;
        await this.#client.send(new AbortMultipartUploadCommand({ Bucket: this.#address.bucket, Key, UploadId }));
        aborted++;
      }
      more = page.IsTruncated ?? false;
      from = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
    }
    return aborted;
  }

  async check(): Promise<void> {
    await access(this.incoming, constants.W_OK);
    try {
      // Unlike HEAD, an answer to GET has the server's words.
      await this.#client.send(new ListObjectsV2Command({ ...this.#everything(), MaxKeys: 1 }));
    } catch (error) {
      throw new Error(explainS3Failure(error, this.#address), { cause: error });
    }
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  #everything(): { Bucket: string; Prefix: string } {
    const { bucket, prefix } = this.#address;
    return { Bucket: bucket, Prefix: prefix && `${prefix}/` };
  }

  #placeOf(sha256: ObjectHash): { Bucket: string; Key: string } {
    return { Bucket: this.#address.bucket, Key: this.#keyOf(sha256) };
  }

  #keyOf(sha256: ObjectHash): string {
    const { prefix } = this.#address;
    return `${prefix && `${prefix}/`}${sha256.slice(0, 2)}/${sha256}`;
  }
}
