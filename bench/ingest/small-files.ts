import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Pool } from 'undici';
import type { IngestTarget } from './assay.ts';
import { formType, frameFile } from './form.ts';
import { makeNoise } from './noise.ts';

const fileBytes = 50_000;
const connections = 8;

export interface SmallFiles {
  /** Files a second. */
  filesPerSecond: number;
  multerFilesPerSecond: number;
  smallFilesRatio: number;
}

/** Files of 50 kB, one per request over eight connections, to Assay and to a server that only writes and syncs them. */
export async function measureSmallFiles(assay: IngestTarget, files: number): Promise<SmallFiles> {
  const server = fork(new URL('./multer-server.ts', import.meta.url));
  const [port] = await once(server, 'message');
  const multer = { url: `http://127.0.0.1:${port}`, headers: {} };
  const rates: { ours: number; multer: number }[] = [];
  for (const target of [assay, multer]) await sendAll(target, Math.ceil(files / 10)); // to warm both up
  for (let i = 0; i < 3; i++) rates.push({ multer: await sendAll(multer, files), ours: await sendAll(assay, files) });
  server.disconnect();
  await once(server, 'exit');
  const median = (values: number[]) => values.sort((a, b) => a - b)[1] ?? Number.NaN;
  const filesPerSecond = median(rates.map(({ ours }) => ours));
  const multerFilesPerSecond = median(rates.map((rate) => rate.multer));
  return { filesPerSecond, multerFilesPerSecond, smallFilesRatio: filesPerSecond / multerFilesPerSecond };
}

async function sendAll(target: { url: string; headers: Record<string, string> }, files: number): Promise<number> {
  const bodies = Array.from({ length: files }, (_, i) => {
    const { before, after } = frameFile(`${i}.wav`);
    return Buffer.concat([before, ...makeNoise(fileBytes), after]);
  });
  const pool = new Pool(target.url, { connections, pipelining: 1 });
  const began = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (let body = bodies.pop(); body; body = bodies.pop()) {
        const headers = { ...target.headers, 'content-type': formType };
        const answer = await pool.request({ path: '/model/predict', method: 'POST', headers, body });
        const text = await answer.body.text();
        if (answer.statusCode >= 300) throw new Error(`${target.url} answered ${answer.statusCode}: ${text}`);
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  await pool.close();
  return files / seconds;
}
