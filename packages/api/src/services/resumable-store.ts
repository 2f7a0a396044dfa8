import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { AppError } from '@assay/shared';
import { DataStore, Upload } from '@tus/server';
import { z } from 'zod';

const outcomeSchema = z.object({
  /** HTTP status of the answer to the last PATCH. */
  status: z.int(),
  /** An upload's answer, or an error's body. */
  body: z.record(z.string(), z.unknown()),
});
export type Outcome = z.infer<typeof outcomeSchema>;

const recordSchema = z.object({
  /** Id of the person who began it: nobody else gets near it. */
  owner: z.string(),
  /** The case that it goes into: a key for other cases does not get near it. */
  caseId: z.string().optional(),
  /** Bytes that it will have. */
  size: z.int(),
  metadata: z.record(z.string(), z.string().nullable()),
  /** How its check went; then its bytes are gone from here. */
  outcome: outcomeSchema.optional(),
});
export type ResumableRecord = z.infer<typeof recordSchema>;

const day = 24 * 60 * 60 * 1000;

/**
 * Uploads that come in pieces: `<id>` has the bytes so far, `<id>.json` the record. What a piece brought is on disk when
 * its request ends, however it ends. A day after the last write an upload expires. (@tus/file-store syncs nothing, counts
 * the day from the creation, and knows no owner.)
 */
export class ResumableStore extends DataStore {
  readonly #folder: string;
  readonly #onBytes: (bytes: number) => void;

  /** `onBytes` hears how many have come. */
  constructor(incoming: string, onBytes: (bytes: number) => void) {
    super();
    this.#onBytes = onBytes;
    this.#folder = join(incoming, 'tus');
    this.extensions = ['creation', 'termination', 'expiration'];
  }

  pathOf(id: string): string {
    return join(this.#folder, id);
  }

  /** Writes down whose upload it will be; `create` follows. */
  async begin(id: string, record: ResumableRecord): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await this.#writeRecord(id, record);
  }

  async find(id: string): Promise<ResumableRecord | undefined> {
    try {
      return recordSchema.parse(JSON.parse(await readFile(`${this.pathOf(id)}.json`, 'utf8')));
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw error;
    }
  }

  /** Keeps how the check went, and lets go of the bytes. */
  async settle(id: string, outcome: Outcome): Promise<void> {
    const record = await this.find(id);
    if (record) await this.#writeRecord(id, { ...record, outcome });
    await rm(this.pathOf(id), { force: true });
  }

  override async create(upload: Upload): Promise<Upload> {
    const file = await open(this.pathOf(upload.id), 'wx');
    await file.close();
    return upload;
  }

  /** Throws `upload_not_found`, `upload_expired`. */
  override async getUpload(id: string): Promise<Upload> {
    const record = await this.find(id);
    if (!record) throw new AppError('upload_not_found', 'There is no such upload of yours');
    const { size, metadata, outcome } = record;
    const bytes = await stat(this.pathOf(id)).catch((error: unknown) => {
      if (isAbsence(error)) return undefined;
      throw error;
    });
    const { mtime } = bytes ?? (await stat(`${this.pathOf(id)}.json`));
    if ((!bytes && !outcome) || Date.now() - mtime.getTime() > day)
      throw new AppError('upload_expired', 'Nothing came for this upload for a day: it is gone. Begin it anew');
    // @tus/server counts the time to live from what it takes for the creation.
    const creation_date = mtime.toISOString();
    return new Upload({ id, size, metadata, creation_date, offset: outcome ? size : Number(bytes?.size) });
  }

  override async write(body: Readable, id: string, offset: number): Promise<number> {
    const record = await this.find(id);
    if (record?.outcome) return offset;
    const file = await open(this.pathOf(id), 'r+');
    let end = offset;
    try {
      for await (const chunk of body) {
        const written = await writeWhole(file, chunk, end);
        end += written;
        this.#onBytes(written);
      }
      return end;
    } finally {
      if (end > offset) await file.datasync();
      await file.close();
    }
  }

  override async remove(id: string): Promise<void> {
    await rm(this.pathOf(id), { force: true });
    for (const rest of ['.json', '.json.next']) await rm(this.pathOf(id) + rest, { force: true });
  }

  override getExpiration(): number {
    return day;
  }

  override async deleteExpired(): Promise<number> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      if (isAbsence(error)) return [];
      throw error;
    });
    const written = new Map<string, number>();
    for (const name of names) {
      const id = name.split('.', 1)[0] ?? name;
      const { mtimeMs } = await stat(join(this.#folder, name)).catch(() => ({ mtimeMs: 0 }));
      written.set(id, Math.max(written.get(id) ?? 0, mtimeMs));
    }
    const expired = [...written].filter(([, last]) => Date.now() - last > day);
    for (const [id] of expired) await this.remove(id);
    return expired.length;
  }

  async #writeRecord(id: string, record: ResumableRecord): Promise<void> {
    const place = `${this.pathOf(id)}.json`;
    const next = await open(`${place}.next`, 'w');
    try {
      await next.writeFile(JSON.stringify(record));
      await next.sync();
    } finally {
      await next.close();
    }
    await rename(`${place}.next`, place);
  }
}

/** Writes a chunk that nobody else looks at, and gives its memory back: left to the collector, chunks pile up. */
async function writeWhole(file: FileHandle, chunk: Buffer, position: number): Promise<number> {
  const { length } = chunk;
  for (let written = 0; written < length; )
    written += (await file.write(chunk, written, length - written, position + written)).bytesWritten;
  if (length === chunk.buffer.byteLength) (chunk.buffer as ArrayBuffer).transfer(0);
  return length;
}

const isAbsence = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
