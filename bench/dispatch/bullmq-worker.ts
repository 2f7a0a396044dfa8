// A BullMQ worker: reads each file, posts it to the model, and the answer is kept in Redis. Says how many a second.
import { readFile } from 'node:fs/promises';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { Pool } from 'undici';

const [redisPort, modelUrl = '', ...paths] = process.argv.slice(2);
const connection = new Redis(Number(redisPort), { maxRetriesPerRequest: null });
const queue = new Queue('bench', { connection });
await queue.addBulk(paths.map((path) => ({ name: 'predict', data: { path } })));
const pool = new Pool(modelUrl, { connections: 16, pipelining: 1 });
let done = 0;
const began = performance.now();
const ended = Promise.withResolvers<void>();
const worker = new Worker(
  'bench',
  async ({ data }) => {
    const body = await readFile(data.path);
    const headers = { 'content-type': 'audio/wav' };
    const response = await pool.request({ path: '/predict', method: 'POST', headers, body });
    return response.body.json();
  },
  { connection, concurrency: 16 },
);
worker.on('completed', () => {
  done += 1;
  if (done === paths.length) ended.resolve();
});
await ended.promise;
process.send?.(paths.length / ((performance.now() - began) / 1000));
await worker.close();
await queue.close();
await pool.close();
connection.disconnect();
process.disconnect();
