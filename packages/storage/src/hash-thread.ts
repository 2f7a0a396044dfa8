// One of the threads of hash-threads.ts: hashes what lies in shared memory, a slot at a time, for many files at once.
import { createHash, type Hash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';

/** Lower-case hexadecimal. */
export interface Digests {
  md5: string;
  sha1: string;
  sha256: string;
}

export interface HashThreadData {
  memory: SharedArrayBuffer;
  slotBytes: number;
  algorithms: (keyof Digests)[];
}

/** `length` bytes of a slot go into a file's hashes; or the file has ended; or it is given up. */
export type HashOrder =
  | { file: number; slot: number; length: number }
  | { file: number; end: true }
  | { file: number; drop: true };

export type HashReport = { slot: number } | { file: number; digests: Partial<Digests> };

const { memory, slotBytes, algorithms }: HashThreadData = workerData;
const files = new Map<number, Hash[]>();

parentPort?.on('message', (order: HashOrder) => {
  if ('slot' in order) {
    const bytes = new Uint8Array(memory, order.slot * slotBytes, order.length);
    for (const hash of hashesOf(order.file)) hash.update(bytes);
    report({ slot: order.slot });
    return;
  }
  if ('end' in order) {
    const digests = hashesOf(order.file).map((hash) => hash.digest('hex'));
    report({ file: order.file, digests: Object.fromEntries(algorithms.map((name, i) => [name, digests[i]])) });
  }
  files.delete(order.file);
});

function hashesOf(file: number): Hash[] {
  const begun = files.get(file) ?? algorithms.map((algorithm) => createHash(algorithm));
  files.set(file, begun);
  return begun;
}

const report = (what: HashReport): void => parentPort?.postMessage(what);
