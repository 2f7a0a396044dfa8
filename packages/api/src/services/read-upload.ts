import type { IncomingMessage } from 'node:http';
import type { Asker } from '@assay/db';
import { FileSink, ignoringSink, MultipartReader, type PartHead, type PartSink, TextSink } from '@assay/multipart';
import { AppError, type ErrorDetail, type Limits, uploadFields, type WebhookField } from '@assay/shared';
import { discardFile, Intake, type StagedFile } from '@assay/storage';
import type { App } from '../app.ts';
import { isDiskFull } from '../free-space.ts';
import { admitUpload, refuseLongerThan } from './admit-upload.ts';
import { findNameFault, keepableName } from './file-name.ts';
import { tooLargeFile } from './file-size.ts';
import { findUploadCase } from './find-case.ts';
import { type LinkedFile, readLink } from './read-link.ts';
import { readWebhookField } from './read-webhook.ts';
import { receiveBody } from './receive-body.ts';

/** A multipart request, read to its end: its files lie in the store's incoming folder, not yet objects. */
export interface ReadUpload {
  /** In the order sent. */
  files: SentFile[];
  models: string[];
  modelType: string | undefined;
  run: string | undefined;
  /** An address that is told when the run is finished. */
  webhook?: WebhookField | undefined;
  /** Of the case that the files are for; or why there is none. */
  caseId: string | ErrorDetail;
  /** What is wrong with the form itself. */
  faults: ErrorDetail[];
}

export type SentFile = ReceivedFile | LinkedFile;

export interface ReceivedFile extends StagedFile {
  /** As its sender named it, see `keepableName`. Shown, never used as a path. */
  fileName: string;
}

export const isReceived = (file: SentFile): file is ReceivedFile => 'path' in file;

// Files of one request that are being hashed and synced at once, each with an open handle.
const filesAtOnce = 16;

/** Its fields, and what is wrong with them. */
type Form = Omit<ReadUpload, 'files' | 'caseId'> & { /** Its id or name. */ case: string | undefined };

/**
 * Reads the form, fields in any order. Throws when it is no form, breaks off or is more than is allowed (the first
 * fault that ends it, then those found before); then nothing of it is left on disk. Otherwise the caller owns the files.
 */
export async function readUpload(app: App, sender: Asker, req: IncomingMessage): Promise<ReadUpload> {
  const { boundary, space } = await admitUpload(app, req);
  const form = new UploadForm(app);
  try {
    const { requestBytes, partHeaderBytes: headerBytes } = app.config.limits;
    const reader = new MultipartReader({ boundary, headerBytes, openPart: (head) => form.openPart(head) });
    let received = 0;
    const take = (bytes: Buffer) => {
      received += bytes.length;
      app.pace.count(bytes.length);
      refuseLongerThan(requestBytes, received);
      const wait = space.take(bytes.length);
      return wait === undefined ? reader.write(bytes) : wait.then(() => reader.write(bytes));
    };
    await receiveBody(req, take, form.signal);
    reader.end();
    return await form.finish(sender);
  } catch (error) {
    await form.discard(error);
    throw form.explain(error);
  } finally {
    space.release();
  }
}

/** Removes what `readUpload` left in the incoming folder. */
export async function discardFiles(files: SentFile[]): Promise<void> {
  await Promise.all(files.filter(isReceived).map(discardFile));
}

/** The form as it comes in: what its parts are, and what is wrong with them. */
class UploadForm {
  readonly #app: App;
  readonly #limits: Limits;
  readonly #form: Form = {
    models: [],
    modelType: undefined,
    run: undefined,
    case: undefined,
    faults: [],
  };
  readonly #sent: (Promise<ReceivedFile> | LinkedFile)[] = [];
  readonly #unfinished = new Set<Promise<unknown>>();
  readonly #broken = new AbortController();
  #fields = 0;
  #fieldBytes = 0;
  /** The file that is coming in. */
  #current: { fileName: string; intake: Intake | undefined } | undefined;

  constructor(app: App) {
    this.#app = app;
    this.#limits = app.config.limits;
  }

  /** Aborted when the form has failed, perhaps because a file can't be kept: nothing more needs to be read. */
  get signal(): AbortSignal {
    return this.#broken.signal;
  }

  openPart(head: PartHead): PartSink | Promise<PartSink> {
    this.#current = undefined;
    const { name, fileName } = head;
    // Text typed where a file belongs has neither; what comes with a type is a file, whatever the type.
    const isFile = fileName !== undefined || (name === uploadFields.objects && head.hasType);
    if (!isFile) return this.#openField(name);
    if (name === uploadFields.objects) return this.#openFile(keepableName(fileName));
    const file = keepableName(fileName);
    this.#form.faults.push(isUploadField(name) ? noFile(name, file) : unknownField(name, file));
    return ignoringSink;
  }

  /** Waits for the files to be hashed and synced, and finds their case meanwhile. */
  async finish(sender: Asker): Promise<ReadUpload> {
    const { case: named, ...form } = this.#form;
    const [caseId, files] = await Promise.all([findUploadCase(this.#app, sender, named), Promise.all(this.#sent)]);
    return { ...form, caseId, files };
  }

  async discard(reason: unknown): Promise<void> {
    this.#broken.abort(reason);
    await this.#current?.intake?.abort();
    const sent = await Promise.allSettled(this.#sent);
    await discardFiles(sent.flatMap((file) => (file.status === 'fulfilled' ? [file.value] : [])));
  }

  /** A fault that ended the reading, with the file that it met and the faults before it. */
  explain(error: unknown): unknown {
    const shown = isDiskFull(error)
      ? new AppError('storage_full', 'The store has no space left for this upload')
      : error;
    if (!(shown instanceof AppError)) return error;
    const [fault = { code: shown.code, message: shown.message }] = shown.details;
    return AppError.of({ file: this.#current?.fileName, ...fault }, ...this.#form.faults);
  }

  #openField(name: string): PartSink {
    const { fields, fieldBytes, allFieldBytes } = this.#limits;
    this.#fields += 1;
    if (this.#fields > fields)
      throw AppError.of({ code: 'too_many_fields', message: `At most ${fields} fields in one request`, limit: fields });
    const allLeft = allFieldBytes - this.#fieldBytes;
    const limit = allLeft < fieldBytes ? allFieldBytes : fieldBytes;
    const of = limit === fieldBytes ? `The field ${name} is` : 'The fields together are';
    const message = `${of} longer than ${limit} bytes`;
    const fault: ErrorDetail = { code: 'field_too_large', message, field: name, limit };
    return new TextSink({ bytes: Math.min(fieldBytes, allLeft), fault }, (value) => {
      this.#fieldBytes += Buffer.byteLength(value);
      const read = readField(this.#form, name, value);
      if (read && 'link' in read) this.#addLink(read);
      else if (read) this.#form.faults.push(read);
    });
  }

  #openFile(fileName: string): PartSink | Promise<PartSink> {
    this.#countFile(fileName, uploadFields.objects);
    if (this.#unfinished.size < filesAtOnce) return this.#stage(fileName);
    return Promise.race(this.#unfinished).then(() => this.#stage(fileName));
  }

  #addLink(link: LinkedFile): void {
    this.#countFile(link.fileName, uploadFields.known);
    this.#sent.push(link);
  }

  /** A link is a field, and counts as a file. */
  #countFile(fileName: string, field: string): void {
    const { files, nameCharacters } = this.#limits;
    if (this.#sent.length === files)
      throw AppError.of({ code: 'too_many_files', message: `At most ${files} files in one request`, limit: files });
    const fault = findNameFault(fileName, nameCharacters);
    if (fault) this.#form.faults.push({ ...fault, field });
  }

  #stage(fileName: string): PartSink {
    // It may have waited for its turn.
    this.signal.throwIfAborted();
    const limit = this.#limits.fileBytes;
    const intake = new Intake(this.#app.store);
    this.#current = { fileName, intake };
    return new FileSink(intake, { bytes: limit, fault: tooLargeFile(fileName, limit) }, () => {
      this.#current = { fileName, intake: undefined };
      this.#keep(intake.finish().then((file) => ({ ...file, fileName })));
    });
  }

  #keep(staged: Promise<ReceivedFile>): void {
    this.#sent.push(staged);
    const settled: Promise<unknown> = staged.then(
      () => this.#unfinished.delete(settled),
      (error: unknown) => {
        this.#unfinished.delete(settled);
        this.#broken.abort(error);
      },
    );
    this.#unfinished.add(settled);
  }
}

const onlyOnce = {
  [uploadFields.modelType]: 'modelType',
  [uploadFields.run]: 'run',
  [uploadFields.case]: 'case',
} as const;

function readField(form: Form, name: string, value: string): LinkedFile | ErrorDetail | undefined {
  const fault = (message: string): ErrorDetail => ({ code: 'invalid_request', field: name, message });
  if (value.includes('\0')) return fault(`The field ${name} has a NUL in it`);
  if (name === uploadFields.models) form.models.push(value);
  else if (name in onlyOnce) {
    const key = onlyOnce[name as keyof typeof onlyOnce];
    if (form[key] !== undefined && form[key] !== value) return fault(`${name} comes twice`);
    form[key] = value;
  } else if (name === uploadFields.webhook) {
    if (form.webhook !== undefined) return fault(`${name} comes twice`);
    const read = readWebhookField(value);
    if ('message' in read) return read;
    form.webhook = read;
  } else if (name === uploadFields.known) return readLink(value);
  else if (name === uploadFields.objects)
    return fault('objects is a file, not a text: send it with a file name (with curl: -F objects=@photo.jpg)');
  else return unknownField(name);
  return undefined;
}

const isUploadField = (name: string) => Object.values<string>(uploadFields).includes(name);

const noFile = (field: string, file: string): ErrorDetail => ({
  ...{ code: 'invalid_request', field, file },
  message: `${field} is a text, not a file: send it without a file name`,
});

function unknownField(field: string, file?: string): ErrorDetail {
  const known = Object.values(uploadFields).join(', ');
  const shown = field.length > 100 ? `${field.slice(0, 100)}…` : field;
  return { code: 'invalid_request', field: shown, file, message: `Unknown field ${shown}. The fields are ${known}` };
}
