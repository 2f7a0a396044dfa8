import { FileSink, MultipartReader, type PartHead, type PartSink, readBoundary, TextSink } from '@assay/multipart';
import {
  AppError,
  answerParts,
  type Derivation,
  type DerivationLimits,
  derivationSchema,
  type MediaType,
  maxAnswerBytes,
  type ObjectFacts,
  protocolHeaders,
} from '@assay/shared';
import { type DetectedType, discardFile, Intake, type ObjectStore, type StagedFile } from '@assay/storage';
import type { Dispatcher } from 'undici';
import { blameStore, StoreFault } from './object-body.ts';
import { ProtocolFault } from './protocol-fault.ts';

/** Where a model's objects go, and what it may emit. */
export interface Emission {
  store: Pick<ObjectStore, 'incoming'>;
  emits: readonly MediaType[];
  limits: DerivationLimits;
}

/** An object of an answer: it lies in the store's incoming folder, and who has it discards it. */
export interface EmittedFile {
  path: string;
  facts: ObjectFacts;
  derivation: Derivation;
}

export interface AnswerForm {
  /** The text of the part `prediction`. */
  prediction: string;
  files: EmittedFile[];
}

const headerBytes = 16 * 2 ** 10;

/**
 * Reads an answer in multipart/form-data as it comes, in constant memory: each object exactly as an upload is. Rejects with
 * a ProtocolFault for what the model should not have sent, a StoreFault when an object can't be kept, and what the body
 * rejects with; then nothing of it is left on disk.
 */
export async function readForm(response: Dispatcher.ResponseData, emission: Emission): Promise<AnswerForm> {
  const form = new Form(emission);
  try {
    const boundary = readBoundary(String(response.headers['content-type']));
    const reader = new MultipartReader({ boundary, headerBytes, openPart: (head) => form.openPart(head) });
    for await (const bytes of response.body as AsyncIterable<Buffer>) await reader.write(bytes);
    reader.end();
    return await form.finish();
  } catch (error) {
    await form.discard();
    throw error instanceof AppError ? fault(error.message) : error;
  }
}

const fault = (what: string) => new ProtocolFault(`The model's answer is not as the protocol says: ${what}`);

class Form {
  readonly #emission: Emission;
  readonly #files: EmittedFile[] = [];
  #prediction: string | undefined;
  #bytes = 0;
  #intake: Intake | undefined;
  /** The last object is being hashed and synced. */
  #finishing: Promise<void> = Promise.resolve();

  constructor(emission: Emission) {
    this.#emission = emission;
  }

  async openPart(head: PartHead): Promise<PartSink> {
    await this.#finishing;
    if (head.name === answerParts.prediction && this.#prediction === undefined) return this.#openPrediction();
    if (this.#prediction === undefined) throw fault(`its first part is ${head.name}, not ${answerParts.prediction}`);
    if (head.name !== answerParts.object)
      throw fault(`it has a part ${head.name}; after the first, each is ${answerParts.object}`);
    return this.#openObject(head);
  }

  async finish(): Promise<AnswerForm> {
    await this.#finishing;
    if (this.#prediction === undefined) throw fault(`it has no part ${answerParts.prediction}`);
    return { prediction: this.#prediction, files: this.#files };
  }

  async discard(): Promise<void> {
    await this.#finishing.catch(() => {});
    await this.#intake?.abort();
    await Promise.all(this.#files.map(discardFile));
  }

  #openPrediction(): PartSink {
    const message = `its part ${answerParts.prediction} is longer than ${maxAnswerBytes} bytes`;
    return new TextSink({ bytes: maxAnswerBytes, fault: { code: 'field_too_large', message } }, (text) => {
      this.#prediction = text;
    });
  }

  #openObject(head: PartHead): PartSink {
    const { emits, limits, store } = this.#emission;
    if (emits.length === 0) throw fault('it has objects, and the emits of its manifest names no type');
    if (this.#files.length === limits.objects)
      throw fault(`it has more than ${limits.objects} objects (ASSAY_MAX_EMITTED_OBJECTS)`);
    const derivation = readDerivation(head);
    const intake = new Intake(store);
    this.#intake = intake;
    const kept = { write: (bytes: Buffer) => blamingStore(() => intake.write(bytes)) };
    const message = `its objects have more than ${limits.bytes} bytes together (ASSAY_MAX_EMITTED_BYTES)`;
    const most = { bytes: limits.bytes - this.#bytes, fault: { code: 'file_too_large', message } as const };
    return new FileSink(kept, most, () => {
      this.#intake = undefined;
      this.#finishing = this.#keep(intake, derivation);
      // Whoever waits for it is told.
      this.#finishing.catch(() => {});
    });
  }

  async #keep(intake: Intake, derivation: Derivation): Promise<void> {
    const { path, type, ...staged } = await intake.finish().catch((error: unknown) => {
      throw blameStore(error, 'did not keep what the model made');
    });
    this.#bytes += staged.size;
    const what = `object ${this.#files.length + 1} of it`;
    try {
      this.#files.push({ path, facts: { ...staged, ...this.#checkType(what, staged, type) }, derivation });
    } catch (error) {
      await discardFile({ path });
      throw error;
    }
  }

  #checkType(what: string, { size }: Pick<StagedFile, 'size'>, type: DetectedType) {
    const { emits } = this.#emission;
    if (size === 0) throw fault(`${what} is empty`);
    if (type.mediaType === null) throw fault(`${what} is ${type.is}: no image, video, audio or text`);
    if (!emits.includes(type.mediaType))
      throw fault(
        `${what} is ${type.mime}, of type ${type.mediaType}; the emits of its manifest says ${emits.join(', ')}`,
      );
    return type;
  }
}

function blamingStore(write: () => Promise<void> | undefined): Promise<void> | undefined {
  const blame = (error: unknown) => {
    throw error instanceof StoreFault ? error : blameStore(error, 'did not keep what the model made');
  };
  try {
    return write()?.catch(blame);
  } catch (error) {
    return blame(error);
  }
}

function readDerivation({ headers }: PartHead): Derivation {
  const text = headers.get(protocolHeaders.derivation);
  if (text === undefined) return {};
  try {
    return derivationSchema.parse(JSON.parse(Buffer.from(text, 'latin1').toString('utf8')));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'no JSON' : 'not {"time": {"start", "end"}, "label"}';
    throw fault(`the header ${protocolHeaders.derivation} of an object is ${why}: ${text.slice(0, 200)}`);
  }
}
