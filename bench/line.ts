import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type RunningAssay, startAssay } from '@assay/cli/testing';
import { startServer } from '@assay/kit-node/testing';
import { type ObjectResults, uploadAnswerSchema } from '@assay/shared';

const run = promisify(execFile);
const photo = await readFile(new URL('../samples/astronaut.jpg', import.meta.url));
const pollMilliseconds = 5;

/** Seconds, unless the name says otherwise. Medians. */
export interface LineFigures {
  uploadSeconds: number;
  md5sumSeconds: number;
  ratioToMd5sum: number;
  photoSeconds: number;
  modelAloneSeconds: number;
  ratioToModelAlone: number;
}

/** Starts an Assay of its own, sends it one large file and some photos, and does the least that could be done with both. */
export async function measureLine(size: { mebibytes: number; photos: number }): Promise<LineFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-'));
  const assay = await startAssay();
  try {
    const auth = await assay.signIn();
    const large = await writeLargeSound(join(folder, 'large.wav'), size.mebibytes);
    const md5sumSeconds = await median(3, () => run('md5sum', [large]));
    const uploadSeconds = await median(1, () => sendWithCurl(assay, auth.authorization, large));
    const photoSeconds = await median(size.photos, () => predictPhoto(assay, auth));
    const model = await startServer(new URL('../models/image_shape/', import.meta.url));
    const modelAloneSeconds = await median(size.photos, () => model.predict(newPhoto()));
    await model.stop();
    return {
      uploadSeconds,
      md5sumSeconds,
      ratioToMd5sum: round(uploadSeconds / md5sumSeconds),
      photoSeconds,
      modelAloneSeconds,
      ratioToModelAlone: round(photoSeconds / modelAloneSeconds),
    };
  } finally {
    await assay.stop();
    await rm(folder, { recursive: true });
  }
}

/** A WAV header and noise: an object that Assay takes, of any size. */
async function writeLargeSound(path: string, mebibytes: number): Promise<string> {
  const header = Buffer.from(
    'RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0data\0\0\0\0',
    'latin1',
  );
  const file = await open(path, 'w');
  await file.write(header);
  for (let i = 0; i < mebibytes; i++) await file.write(randomBytes(1 << 20));
  await file.close();
  return path;
}

async function sendWithCurl(assay: RunningAssay, authorization: string, path: string): Promise<void> {
  const form = ['-F', `objects=@${path}`, '-F', 'models=voice_activity'];
  const args = ['-sS', '--fail-with-body', '-H', `Authorization: ${authorization}`, ...form];
  await run('curl', [...args, `${assay.url}/model/predict`]);
}

/** Trailing bytes make it another object; decoders pass over them. */
const newPhoto = () => Buffer.concat([photo, randomBytes(16)]);

async function predictPhoto(assay: RunningAssay, headers: { authorization: string }): Promise<void> {
  const form = new FormData();
  form.append('objects', new Blob([newPhoto()]), 'photo.jpg');
  form.append('models', 'image_shape');
  const sent = await fetch(`${assay.url}/model/predict`, { method: 'POST', headers, body: form });
  const hashes = uploadAnswerSchema.parse(await sent.json()).objects.map(({ sha256 }) => sha256);
  for (;;) {
    const answer = await fetch(`${assay.url}/model/results`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(hashes),
    });
    const [entry] = (await answer.json()) as ObjectResults[];
    if (entry?.found && entry.done) return;
    await wait(pollMilliseconds);
  }
}

async function median(times: number, act: () => Promise<unknown>): Promise<number> {
  const seconds: number[] = [];
  for (let i = 0; i < times; i++) {
    const began = performance.now();
    await act();
    seconds.push((performance.now() - began) / 1000);
  }
  return round(seconds.sort((a, b) => a - b)[Math.floor(times / 2)] ?? Number.NaN);
}

const round = (value: number) => Math.round(value * 1000) / 1000;
