import type { AppRouter } from '@assay/api';
import { createTRPCClient, httpBatchLink, type TRPCClient, TRPCClientError } from '@trpc/client';
import { AssayError, parseJson, readError } from './assay-error.ts';
import type { Caller } from './caller.ts';

/** tRPC over the caller's connections. */
export function createTrpc(caller: Caller): TRPCClient<AppRouter> {
  return createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: `${caller.url}/trpc`,
        maxURLLength: 8000,
        async fetch(url, { method, headers, body, signal } = {}) {
          const { statusCode, ...answer } = await caller.send({
            method: method === 'POST' ? 'POST' : 'GET',
            path: url.toString(),
            headers: Object.fromEntries(new Headers(headers)),
            body: typeof body === 'string' ? body : undefined,
            signal: signal ?? undefined,
          });
          const text = await answer.body.text();
          const results = parseJson(text);
          // A batch is answered by a list, whatever came of each; anything else did not get as far as a procedure.
          if (!Array.isArray(results)) throw readError(statusCode, text, answer.headers['retry-after']?.toString());
          return { ok: statusCode < 400, json: async () => results };
        },
      }),
    ],
  });
}

/** What a procedure threw, as the rest of the client would have; anything else as it is. */
export function asAssayError(error: unknown): unknown {
  if (!(error instanceof TRPCClientError)) return error;
  const { cause, data } = error as TRPCClientError<AppRouter>;
  if (cause instanceof AssayError || !data) return cause ?? error;
  return new AssayError(data.appCode, error.message, { status: data.httpStatus, cause: error });
}
