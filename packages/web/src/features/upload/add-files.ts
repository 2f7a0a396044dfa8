import type { BegunUpload } from './begun-uploads.ts';
import { knownChecker } from './check-known.ts';
import type { FoundFile } from './read-dropped.ts';
import { readType } from './read-type.ts';
import { isResumable, resumeBegun, settleCheck } from './send-files.ts';
import { apply, note, uploads } from './uploads.ts';

const readersAtOnce = 4;

interface Unread extends FoundFile {
  id: number;
  begun: BegunUpload | undefined;
}

let nextId = 1;
const unread: Unread[] = [];
/** Files whose kind is known and whose hash is not. They wait until all are read: only then can anything be sent. */
let unchecked: { id: number; file: File }[] = [];
let readers = 0;

const checker = knownChecker({
  wants: (id) => {
    const queued = uploads.get().files.get(id);
    const isOnItsWay = queued?.stage === 'sending' && !isResumable(queued.file);
    return queued !== undefined && queued.stage !== 'sent' && !isOnItsWay;
  },
  hashed: (id, bytes) => note({ kind: 'hashed', id, bytes }),
  settled: settleCheck,
});

async function readOn(): Promise<void> {
  readers += 1;
  for (let next = unread.shift(); next !== undefined; next = unread.shift()) {
    const { id, file, path, begun } = next;
    const reading = await readType(file, path).catch(() => ({
      mediaType: null,
      fault: 'could not be read from the disk',
      mismatch: null,
    }));
    if (begun) {
      apply({ kind: 'read', id, reading });
      resumeBegun(id, begun);
    } else note({ kind: 'read', id, reading });
    if (reading.mediaType !== null) unchecked.push({ id, file });
  }
  readers -= 1;
  if (readers > 0) return;
  checker.check(unchecked);
  unchecked = [];
}

function add(files: readonly Unread[]): void {
  if (files.length === 0) return;
  apply({ kind: 'added', files });
  unread.push(...files);
  while (readers < Math.min(readersAtOnce, unread.length)) void readOn();
}

export const addFiles = (found: readonly FoundFile[]): void =>
  add(found.map(({ file, path }) => ({ id: nextId++, file, path, begun: undefined })));

/** The file of an upload that was broken off: it goes on at once, to the models and the run that it was begun for. */
export const addAgain = (begun: BegunUpload, file: File): void =>
  add([{ id: nextId++, file, path: begun.path, begun }]);

export function removeFiles(ids: readonly number[]): void {
  apply({ kind: 'removed', ids });
  checker.forget(ids.filter((id) => !uploads.get().files.has(id)));
}
