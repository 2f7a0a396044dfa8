import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { discard, link, write } from './disk-thread.ts';

let thread: Piscina | undefined;

/** For a process that will take files in: the first one finds the thread there. Otherwise the first act starts it. */
export function startDiskThread(): void {
  thread ??= openThread();
}

/** One for the whole process. Most of an act is waiting for the disk, in the company of others. */
function openThread(): Piscina {
  return new Piscina({
    filename: fileURLToPath(new URL('./disk-thread.ts', import.meta.url)),
    minThreads: 1,
    maxThreads: 1,
    concurrentTasksPerWorker: 256,
    // To wake a thread through memory costs the one that asks more than a message does.
    atomics: 'disabled',
    recordTiming: false,
  });
}

const order =
  <Act extends (order: never) => Promise<unknown>>(name: string) =>
  async (of: Parameters<Act>[0]): Promise<Awaited<ReturnType<Act>>> => {
    thread ??= openThread();
    try {
      return await thread.run(of, { name });
    } catch (error) {
      if (error instanceof Error) throw error; // of the thread itself
      throw Object.assign(new Error((error as Error).message), error);
    }
  };

/** What a thread beside this one does to small files. Rejects as the file system does, with its code. */
export const disk = {
  write: order<typeof write>('write'),
  link: order<typeof link>('link'),
  discard: order<typeof discard>('discard'),
};
