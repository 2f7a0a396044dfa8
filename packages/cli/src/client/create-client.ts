import type { Readable } from 'node:stream';
import type { AppRouter } from '@assay/api';
import {
  type MediaType,
  type ObjectResults,
  objectResultsSchema,
  type UploadAnswer,
  uploadAnswerSchema,
  uploadFields,
} from '@assay/shared';
import type { TRPCClient } from '@trpc/client';
import { z } from 'zod';
import { Caller, type Credentials } from './caller.ts';
import { encodeForm, type FileToSend } from './form.ts';
import { type ResumableOptions, type ResumableRequest, sendResumable } from './send-resumable.ts';
import { createTrpc } from './trpc.ts';

/** Files and links go in one request, all or nothing; the answer has links first, then files, in this order. */
export interface UploadRequest {
  files?: FileToSend[];
  /** Objects that are there, under the sender's names for them; `object_not_found` or `object_deleted`: send the bytes then. */
  known?: { sha256: string; fileName: string }[];
  /** Names of models, each of which has to accept one of the files. */
  models: string[];
  /** What every file has to be. */
  modelType?: MediaType | undefined;
  /** A UUID of the caller's that joins several requests into one run. */
  run?: string | undefined;
  /** The case that the files go into, by its id or name; undefined: the caller's private one. */
  case?: string | undefined;
}

export interface AssayClient {
  /** Every procedure of the server, typed: `client.trpc.models.list.query({ type: 'image' })`. Throws what `asAssayError` reads. */
  trpc: TRPCClient<AppRouter>;
  /**
   * Uploads files, of any size and in constant memory, and queues their predictions. `onSent` hears how
   * many bytes of a large form have gone out. Throws AssayError.
   */
  upload(
    request: UploadRequest,
    options?: { signal?: AbortSignal; onSent?: (bytes: number) => void },
  ): Promise<UploadAnswer>;
  /** Uploads one file so that it can go on where it broke off. Throws AssayError. */
  uploadResumable(request: ResumableRequest, options?: ResumableOptions): Promise<UploadAnswer>;
  /** What is known of each hash (MD5, SHA-1 or SHA-256, mixed), in the order asked. Throws AssayError. */
  results(hashes: string[], options?: { signal?: AbortSignal }): Promise<ObjectResults[]>;
  /** An object's bytes, by any of its hashes. Throws AssayError. */
  readObject(hash: string, options?: { signal?: AbortSignal }): Promise<Readable>;
}

/**
 * The typed client of an Assay, for tools in TypeScript. `apiKey` is made on the page API keys, `token` is what signing
 * in gives (`signIn`).
 *
 * ```ts
 * const url = 'http://localhost:5000';
 * const client = createAssayClient({ url, apiKey: process.env.ASSAY_API_KEY });
 * const models = await client.trpc.models.list.query({ type: 'image' });
 * const { run, objects } = await client.upload({
 *   files: [{ path: '/evidence/a.jpg', fileName: 'a.jpg' }],
 *   models: models.map(({ name }) => name),
 * });
 * const [result] = await client.results(objects.map(({ sha256 }) => sha256));
 * ```
 */
export function createAssayClient({ url, ...credentials }: { url: string } & Credentials): AssayClient {
  const caller = new Caller(url, credentials);
  return {
    trpc: createTrpc(caller),
    async upload({ files = [], known = [], models, modelType, run, case: within }, { signal, onSent } = {}) {
      const fields = [
        ...known.map((link) => [uploadFields.known, JSON.stringify(link)] as const),
        ...models.map((model) => [uploadFields.models, model] as const),
        ...(modelType ? [[uploadFields.modelType, modelType] as const] : []),
        ...(run ? [[uploadFields.run, run] as const] : []),
        ...(within ? [[uploadFields.case, within] as const] : []),
      ];
      const form = await encodeForm(
        fields,
        files.map((file) => ({ field: uploadFields.objects, file })),
        onSent,
      );
      return caller.callJson({ method: 'POST', path: '/model/predict', ...form, signal }, uploadAnswerSchema);
    },
    uploadResumable: (request, options = {}) => sendResumable(caller, request, options),
    results: (hashes, { signal } = {}) =>
      caller.postJson('/model/results', hashes, z.array(objectResultsSchema), signal),
    async readObject(hash, { signal } = {}) {
      const path = `/objects/${encodeURIComponent(hash)}/content`;
      return (await caller.call({ method: 'GET', path, signal })).body;
    },
  };
}
