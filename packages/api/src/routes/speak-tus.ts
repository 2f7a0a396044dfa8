import { randomUUID } from 'node:crypto';
import { AppError, type ErrorCode } from '@assay/shared';
import { ERRORS, Server, type Upload } from '@tus/server';
import { fromNodeHeaders } from 'better-auth/node';
import type { Request as HttpRequest } from 'express';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';
import { beginResumable } from '../services/begin-resumable.ts';

export const tusPath = '/upload/tus';

/** Hands a request to @tus/server and gives its answer, when that is a success; its refusals are thrown as ours. */
export type SpeakTus = (req: HttpRequest, user: SignedIn, id?: string) => Promise<Response>;

export function tusSpeaker(app: App): SpeakTus {
  const asking = new WeakMap<object, { user: SignedIn; failure?: unknown }>();
  const server = new Server({
    path: tusPath,
    datastore: app.resumables,
    // Right behind whatever name and proxy the sender reached us by.
    relativeLocation: true,
    // A request that comes while another one of the same upload runs ends that one: the sender has lost it.
    lockDrainTimeout: 500,
    disableTerminationForFinishedUploads: true,
    // Only for OPTIONS to tell; `beginResumable` checks it, and names the file.
    maxSize: (request) => (request.method === 'OPTIONS' ? app.config.limits.fileBytes : 0),
    namingFunction: () => randomUUID(),
    async onUploadCreate(request, { id, size = 0, metadata = {} }: Upload) {
      const asker = asking.get(request);
      if (!asker) throw new Error('Nobody asks for this upload');
      await beginResumable(app, asker.user, { id, size, metadata });
      return {};
    },
    onResponseError(request, failure) {
      const asker = asking.get(request);
      if (asker) asker.failure = failure;
      return undefined;
    },
  });

  return async (req, user, id) => {
    const request = webRequest(req, id);
    const asker: { user: SignedIn; failure?: unknown } = { user };
    asking.set(request, asker);
    const answer = await server.handleWeb(request);
    if (asker.failure !== undefined) throw explain(asker.failure);
    if (!answer.ok) throw refuseAs(answer.status, await answer.text());
    // Which other sites may ask is for the app to say, and it says none.
    for (const name of [...answer.headers.keys()]) if (name.startsWith('access-control-')) answer.headers.delete(name);
    return answer;
  };
}

/** The address has the id that was checked, and nothing else of what the sender asked for. */
function webRequest(req: HttpRequest, id?: string): Request {
  const url = `http://assay.invalid${tusPath}${id ? `/${id}` : ''}`;
  const init = { method: req.method, headers: fromNodeHeaders(req.headers) };
  if (req.method !== 'PATCH') return new Request(url, init);
  const withBody = { ...init, body: streamBody(req), duplex: 'half' as const };
  return new Request(url, withBody);
}

/** Ending it early leaves the request as it is, so that it can be answered. */
function streamBody(req: HttpRequest): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array<ArrayBuffer>> = req[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

function explain(failure: unknown): unknown {
  if (failure instanceof AppError || !(failure instanceof Object)) return failure;
  if ('code' in failure && failure.code === 'ENOSPC')
    return new AppError('storage_full', 'The store has no space left for this upload. What came is kept', {
      cause: failure,
    });
  if (failure === ERRORS.ERR_LOCK_TIMEOUT)
    return new AppError('upload_locked', 'Another request of this upload is still running');
  if (failure === ERRORS.INVALID_TERMINATION)
    return new AppError('upload_complete', 'Every byte of this upload has come: it can’t be given up any more');
  if (failure === ERRORS.ABORTED) return new AppError('incomplete_upload', 'The request broke off. What came is kept');
  if ('status_code' in failure && 'body' in failure) return refuseAs(Number(failure.status_code), String(failure.body));
  return failure;
}

const refusals: Record<number, [code: ErrorCode, message?: string]> = {
  400: ['invalid_request'],
  403: ['invalid_request'],
  404: ['upload_not_found', 'There is no such upload of yours'],
  409: ['offset_conflict', 'The upload has another number of bytes than Upload-Offset says: ask with HEAD'],
  412: ['unknown_tus_version', 'Send Tus-Resumable: 1.0.0'],
  413: ['file_too_large', 'More bytes come than Upload-Length said'],
  501: ['invalid_request', 'Upload-Length must say how many bytes come; parts can’t be joined'],
};

/** A refusal of tus, by its status, in our words. */
export function refuseAs(status: number, text = ''): AppError {
  const [code, message] = refusals[status] ?? ['internal', 'Assay failed at this'];
  return new AppError(code, message ?? text.trim());
}
