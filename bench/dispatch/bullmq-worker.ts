// A BullMQ worker: reads each file of a message, posts it to the model by `fetch` or by undici, and the answer is kept in
// Redis. Says how many a second, and takes the next message, as warm as it is by then.
import { readFile } from 'node:fs/promises';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { Pool } from 'undici';

const [redisPort, modelUrl = '', by] = process.argv.slice(2);
const connection = new Redis(Number(redisPort), { maxRetriesPerRequest: null });
const queue = new Queue('bench', { connection });
const pool = new Pool(modelUrl, { connections: 16, pipelining: 1 });

const headers = { 'content-type': 'audio/wav' };
const post = {
  fetch: async (body: Buffer<ArrayBuffer>) =>
    (await fetch(`${modelUrl}/predict`, { method: 'POST', headers, body })).json(),
  undici: async (body: Buffer) => (await pool.request({ path: '/predict', method: 'POST', headers, body })).body.json(),
}[by === 'undici' ? 'undici' : 'fetch'];

const predict = async ({ data }: { data: { path: string } }): Promise<unknown> => post(await readFile(data.path));

process.on('message', async (paths: string[]) => {
  await queue.addBulk(paths.map((path) => ({ name: 'predict', data: { path } })));
  const ended = Promise.withResolvers<void>();
  let done = 0;
  const began = performance.now();
  const worker = new Worker('bench', predict, { connection, concurrency: 16 });
  worker.on('completed', () => {
    done += 1;
    if (done === paths.length) ended.resolve();
  });
  worker.on('failed', (_, error) => ended.reject(error));
  await ended.promise;
  const rate = paths.length / ((performance.now() - began) / 1000);
  await worker.close();
  process.send?.(rate);
});
process.on('disconnect', () => process.exit());
