import { createSHA256 } from 'hash-wasm';

/** What the page asks of the worker: one file at a time. */
export interface HashQuestion {
  file: File;
}
export type HashReport =
  | { kind: 'progressed'; bytes: number }
  | { kind: 'hashed'; sha256: string }
  | { kind: 'unreadable' };

// The next slice is read while this one is hashed.
const sliceBytes = 2 ** 20;

const hasher = createSHA256();
const report = (what: HashReport) => self.postMessage(what);

async function hashFile(file: File): Promise<void> {
  const hash = (await hasher).init();
  const read = (at: number) => file.slice(at, at + sliceBytes).arrayBuffer();
  let next = read(0);
  for (let at = 0; at < file.size; at += sliceBytes) {
    const slice = new Uint8Array(await next);
    const isLast = at + sliceBytes >= file.size;
    if (!isLast) next = read(at + sliceBytes);
    hash.update(slice);
    if (!isLast) report({ kind: 'progressed', bytes: at + slice.length });
  }
  report({ kind: 'hashed', sha256: hash.digest('hex') });
}

self.addEventListener('message', ({ data }: MessageEvent<HashQuestion>) => {
  hashFile(data.file).catch(() => report({ kind: 'unreadable' }));
});
