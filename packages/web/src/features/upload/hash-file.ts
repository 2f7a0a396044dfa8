import type { HashQuestion, HashReport } from './hash-worker.ts';

let worker: Worker | null = null;

/**
 * SHA-256 of a file, in a worker and a slice at a time; null when it can't be read or is no longer wanted. One file at a
 * time: who asks waits for the answer before it asks for the next.
 */
export function hashFile(file: File, signal: AbortSignal, onProgress: (bytes: number) => void): Promise<string | null> {
  const asked = worker ?? new Worker(new URL('./hash-worker.ts', import.meta.url), { type: 'module' });
  worker = asked;
  return new Promise((resolve) => {
    const end = (sha256: string | null) => {
      asked.onmessage = null;
      asked.onerror = null;
      signal.removeEventListener('abort', stop);
      resolve(sha256);
    };
    // Nothing else ends a worker that is in the middle of a large file.
    const stop = () => {
      asked.terminate();
      worker = null;
      end(null);
    };
    asked.onmessage = ({ data }: MessageEvent<HashReport>) => {
      if (data.kind === 'progressed') onProgress(data.bytes);
      else end(data.kind === 'hashed' ? data.sha256 : null);
    };
    asked.onerror = stop;
    signal.addEventListener('abort', stop);
    const question: HashQuestion = { file };
    asked.postMessage(question);
  });
}
