import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { IngestTarget } from './assay.ts';
import { makeNoise } from './noise.ts';

const run = promisify(execFile);
const repetitions = 5;

/** Medians of as many repetitions, in turns, of one warm file. */
export interface LargeFile {
  uploadSeconds: number;
  md5sumSeconds: number;
  /** To copy it and sync the copy, with nothing else to do: no upload that is synced can be much faster. */
  diskSeconds: number;
  /** Of the old system's endpoint; null when it is not there. */
  baselineSeconds: number | null;
  ratioToMd5sum: number;
  /** How many times as long the old endpoint takes. */
  ratioToBaseline: number | null;
}

/** One large file by curl over loopback, beside `md5sum` of it, the disk alone and the old system's endpoint. */
export async function measureLargeFile(
  assay: IngestTarget,
  baseline: { url: string } | undefined,
  bytes: number,
): Promise<LargeFile> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-large-'));
  const path = join(folder, 'large.wav');
  try {
    const file = await open(path, 'w');
    for (const block of makeNoise(bytes)) await file.write(block);
    await file.sync();
    const times = { md5sum: [] as number[], disk: [] as number[], ours: [] as number[], baseline: [] as number[] };
    for (let i = 0; i < repetitions; i++) {
      await file.write(randomBytes(16), 0, 16, bytes - 16); // another object, as warm as before
      times.md5sum.push(await time('md5sum', [path]));
      times.disk.push(await time('dd', [`if=${path}`, `of=${path}.copy`, 'bs=1M', 'conv=fsync', 'status=none']));
      await rm(`${path}.copy`);
      times.ours.push(await time('curl', formOf(assay.url, path, assay.headers)));
      if (baseline) times.baseline.push(await time('curl', formOf(baseline.url, path, {})));
    }
    await file.close();
    const [md5sumSeconds, uploadSeconds] = [median(times.md5sum), median(times.ours)];
    const baselineSeconds = baseline ? median(times.baseline) : null;
    return {
      uploadSeconds,
      md5sumSeconds,
      diskSeconds: median(times.disk),
      baselineSeconds,
      ratioToMd5sum: uploadSeconds / md5sumSeconds,
      ratioToBaseline: baselineSeconds && baselineSeconds / uploadSeconds,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function formOf(url: string, path: string, headers: Record<string, string>): string[] {
  const sent = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const fields = ['-F', 'models=waiting', '-F', 'model_type=audio', '-F', `objects=@${path}`];
  return ['-sS', '--fail-with-body', ...sent, ...fields, `${url}/model/predict`];
}

async function time(command: string, args: string[]): Promise<number> {
  const began = performance.now();
  await run(command, args);
  return (performance.now() - began) / 1000;
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
