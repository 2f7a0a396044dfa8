import { resumableKeys } from '@assay/shared';
import { Upload } from 'tus-js-client';
import {
  type BegunFacts,
  begunUploads,
  forgetBegun,
  isInterrupted,
  isSameFile,
  rememberBegun,
} from './begun-uploads.ts';
import { explainUnreachable, type Outcome, type Parcel, readOutcome, type Transfer } from './outcome.ts';

const endpoint = '/upload/tus';
const protocol = { 'Tus-Resumable': '1.0.0' };

// Then the server counts as away, and sending goes on when it is back.
const retryAfterMilliseconds = [500, 1000, 2000, 4000];
const rememberEveryMilliseconds = 3000;

/** Uploads that this page is sending: two files that look the same must not share one. */
const busy = new Set<string>();

/** A large file, in pieces if it must be: a line that breaks costs only what was on it. */
export function sendResumable(parcel: Parcel, onProgress: (sentBytes: number) => void): Transfer {
  const abort = new AbortController();
  let isCancelled = false;
  let begun: BegunFacts | null = null;

  async function send(): Promise<Outcome> {
    let from: BegunFacts | Outcome = findBegun(parcel) ?? (await begin(parcel));
    for (let attempts = 0; 'url' in from; attempts += 1) {
      begun = from;
      // Cancelled before there was anything to give up.
      if (isCancelled) void giveUp(from.url);
      if (abort.signal.aborted) return { kind: 'stopped' };
      busy.add(from.url);
      const outcome = await transfer(from, parcel.file, abort.signal, onProgress).finally(() =>
        busy.delete(begun?.url ?? ''),
      );
      // Expired, or removed: the bytes are still here.
      const isGone = outcome.kind === 'refused' && (outcome.status === 404 || outcome.status === 410);
      // Refused by a server in need (5xx), it is still there to go on with.
      if (outcome.kind === 'sent' || (outcome.kind === 'refused' && outcome.status < 500)) forgetBegun(from.url);
      if (!isGone || attempts > 0) return outcome;
      from = await begin(parcel);
    }
    return from;
  }

  return {
    outcome: send(),
    pause: () => abort.abort(),
    cancel: () => {
      isCancelled = true;
      abort.abort();
      if (begun) void giveUp(begun.url);
    },
  };
}

/** Has the server remove what has arrived of an upload. One that it can't be told of expires by itself. */
export async function giveUp(url: string): Promise<void> {
  forgetBegun(url);
  await fetch(url, { method: 'DELETE', headers: protocol, keepalive: true }).catch(() => null);
}

/** An upload of this very file that was broken off, for the same models and into the same case. */
export function findBegun({ file, path, models, case: within }: Omit<Parcel, 'run'>): BegunFacts | undefined {
  return begunUploads
    .get()
    .find(
      (begun) =>
        begun.path === path &&
        begun.case === within &&
        isSameFile(begun, file) &&
        isInterrupted(begun) &&
        !busy.has(begun.url) &&
        [...begun.models].sort().join() === [...models].sort().join(),
    );
}

async function begin({ file, path, models, run, case: within }: Parcel): Promise<BegunFacts | Outcome> {
  const metadata = {
    [resumableKeys.filename]: path,
    [resumableKeys.models]: models.join(','),
    [resumableKeys.run]: run,
    ...(within !== undefined && { [resumableKeys.case]: within }),
  };
  const headers = { ...protocol, 'Upload-Length': String(file.size), 'Upload-Metadata': encodeMetadata(metadata) };
  const answer = await fetch(endpoint, { method: 'POST', headers }).catch(() => null);
  if (answer === null) return { kind: 'unreachable' };
  const url = answer.headers.get('Location');
  if (!answer.ok || url === null) return readOutcome(answer.status, await answer.text());
  const begun = { url, path, size: file.size, lastModified: file.lastModified, models, run, case: within };
  rememberBegun(begun);
  return begun;
}

/** Keys with Base64 of their values' UTF-8, as tus has them. */
function encodeMetadata(values: Record<string, string>): string {
  const encode = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  return Object.entries(values)
    .map(([key, value]) => `${key} ${encode(value)}`)
    .join(',');
}

function transfer(
  begun: BegunFacts,
  file: File,
  signal: AbortSignal,
  onProgress: (sentBytes: number) => void,
): Promise<Outcome> {
  let rememberedAt = Date.now();
  return new Promise((resolve) => {
    const upload = new Upload(file, {
      // The library begins anew, and silently, where it has an address to begin at.
      uploadUrl: begun.url,
      retryDelays: retryAfterMilliseconds,
      storeFingerprintForResuming: false,
      onProgress: (sentBytes) => {
        onProgress(sentBytes);
        if (Date.now() - rememberedAt < rememberEveryMilliseconds) return;
        rememberedAt = Date.now();
        rememberBegun(begun);
      },
      onShouldRetry: ({ originalResponse }) => {
        const status = originalResponse?.getStatus() ?? 0;
        return status < 400 || status >= 500 || [408, 409, 423, 429].includes(status);
      },
      onSuccess: ({ lastResponse }) => {
        const outcome = readOutcome(lastResponse.getStatus(), lastResponse.getBody());
        // Everything had arrived before, and the answer was lost.
        resolve(outcome.kind === 'sent' ? outcome : askOutcome(begun, signal));
      },
      onError: (error) => {
        const answer = 'originalResponse' in error ? error.originalResponse : null;
        const status = answer?.getStatus() ?? 0;
        resolve(status === 0 ? explainUnreachable(file) : readOutcome(status, answer?.getBody() ?? ''));
      },
    });
    signal.addEventListener('abort', () => {
      void upload.abort();
      resolve({ kind: 'stopped' });
    });
    upload.start();
  });
}

/** A PATCH that brings nothing waits for the check and has its answer. */
async function askOutcome({ url, size }: Pick<BegunFacts, 'url' | 'size'>, signal: AbortSignal): Promise<Outcome> {
  const headers = { ...protocol, 'Upload-Offset': String(size), 'Content-Type': 'application/offset+octet-stream' };
  const answer = await fetch(url, { method: 'PATCH', headers, signal }).catch(() => null);
  if (signal.aborted) return { kind: 'stopped' };
  // A proxy that waits no longer is no refusal: the check goes on.
  if (answer?.status === 502 || answer?.status === 504) return askOutcome({ url, size }, signal);
  return answer ? readOutcome(answer.status, await answer.text()) : { kind: 'unreachable' };
}
