#!/usr/bin/env node
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { startServer } from './testing.ts';

/*
 * Run in a model's folder: predicts its sample over HTTP many times and prints what a README should
 * say. Memory is of the server and its prediction process together.
 */
const rounds = 20;

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const own = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter(Boolean);
  const theirs = await Promise.all(children.map((child) => residentBytes(Number(child))));
  return theirs.reduce((sum, bytes) => sum + bytes, own);
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

const folder = pathToFileURL(`${process.cwd()}/`);
const input = (await readdir(new URL('sample/', folder))).find((name) => name !== 'expected.json');
if (!input) throw new Error('There is no sample');
const bytes = await readFile(new URL(`sample/${input}`, folder));
const server = await startServer(folder);
try {
  const idle = await residentBytes(server.pid);
  const first = await timed(() => server.predict(bytes));
  const seconds: number[] = [];
  for (let i = 0; i < rounds; i += 1) seconds.push(await timed(() => server.predict(bytes)));
  const memory = await residentBytes(server.pid);
  const health: number[] = [];
  for (let i = 0; i < rounds; i += 1) {
    let predicting = true;
    const prediction = server.predict(bytes).finally(() => {
      predicting = false;
    });
    while (predicting) {
      health.push(await timed(server.health));
      await wait(5);
    }
    await prediction;
  }
  console.log(`sample                   ${input}, ${bytes.length} bytes`);
  console.log(`start to ready           ${server.startSeconds.toFixed(2)} s`);
  console.log(`first prediction         ${first.toFixed(3)} s`);
  console.log(`median prediction        ${median(seconds).toFixed(3)} s (${rounds} in a row)`);
  console.log(`worst /health meanwhile  ${(Math.max(...health) * 1000).toFixed(0)} ms (${health.length} asked)`);
  const show = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
  console.log(`memory                   ${show(memory)} MiB (${show(idle)} before the first)`);
} finally {
  await server.stop();
}
