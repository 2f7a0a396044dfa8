import { client } from '../../lib/trpc.ts';
import { hashFile } from './hash-file.ts';

/*
 * Which of the files are here already. They are hashed one after the other, small ones first, so that a large one keeps
 * nobody waiting, and the server is asked about many at once. Nothing waits for it: a file that is begun before its turn is sent as it is.
 */

interface Wanted {
  id: number;
  file: File;
}

interface Listener {
  /** Whether it still matters: a small file that is on its way gains nothing. */
  wants(id: number): boolean;
  hashed(id: number, bytes: number): void;
  /** `sha256`: of the object that is here; null: the file has to be sent, or could not be checked. */
  settled(id: number, sha256: string | null): void;
}

const askAfterMilliseconds = 100;
const askAtMost = 1000;
const largeBytes = 16 * 2 ** 20;

export function knownChecker(listener: Listener) {
  const small = new Map<number, Wanted>();
  const large = new Map<number, Wanted>();
  let hashing: { id: number; abort: AbortController } | null = null;
  let unasked = new Map<number, { sha256: string; size: number }>();
  let isHashing = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function ask(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const asked = unasked;
    unasked = new Map();
    // A question that fails never fails an upload: the bytes go out.
    const known = await client.objects.known
      .mutate([...asked.values()])
      .then((answer) => new Set<string>(answer.known))
      .catch(() => new Set<string>());
    for (const [id, { sha256 }] of asked) listener.settled(id, known.has(sha256) ? sha256 : null);
  }

  function takeNext(): Wanted | undefined {
    const next = small.values().next().value ?? large.values().next().value;
    if (next) forgetUnhashed(next.id);
    return next;
  }

  function forgetUnhashed(id: number): void {
    small.delete(id);
    large.delete(id);
  }

  async function hashOn(): Promise<void> {
    isHashing = true;
    for (let next = takeNext(); next !== undefined; next = takeNext()) {
      const { id, file } = next;
      if (!listener.wants(id)) continue;
      const abort = new AbortController();
      hashing = { id, abort };
      const sha256 = await hashFile(file, abort.signal, (bytes) => listener.hashed(id, bytes));
      hashing = null;
      if (abort.signal.aborted) continue;
      if (sha256 === null) {
        listener.settled(id, null);
        continue;
      }
      unasked.set(id, { sha256, size: file.size });
      if (unasked.size >= askAtMost) void ask();
      else timer ??= setTimeout(() => void ask(), askAfterMilliseconds);
    }
    isHashing = false;
  }

  return {
    check(files: readonly Wanted[]): void {
      for (const wanted of files) (wanted.file.size < largeBytes ? small : large).set(wanted.id, wanted);
      if (!isHashing) void hashOn();
    },
    /** Nobody wants to know any more. */
    forget(ids: readonly number[]): void {
      for (const id of ids) {
        forgetUnhashed(id);
        unasked.delete(id);
        if (hashing?.id === id) hashing.abort.abort();
      }
    },
  };
}
