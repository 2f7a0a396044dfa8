import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { IngestTarget } from './assay.ts';
import { formType, frameFile } from './form.ts';
import { makeNoise } from './noise.ts';

export interface MemoryCurve {
  idleMiB: number;
  peakMiB: number;
  /** Resident MiB of the API process at equal distances in time, from first byte to last answer. */
  curveMiB: number[];
  /** Of the uploads, shortest first. */
  seconds: number[];
}

/** Memory of the API while so many uploads of so many bytes come in at once. */
export async function measureMemory(
  assay: IngestTarget,
  { uploads, bytes, idleMiB }: { uploads: number; bytes: number; idleMiB: number },
): Promise<MemoryCurve> {
  const sending = Promise.all(Array.from({ length: uploads }, () => sendNoise(assay, bytes)));
  let isOver = false;
  const over = sending.finally(() => {
    isOver = true;
  });
  const samples: number[] = [];
  while (!isOver) {
    samples.push(await readResident(assay.pid));
    await Promise.race([wait(50), over]);
  }
  const seconds = (await over).sort((a, b) => a - b);
  const points = 12;
  const curveMiB = Array.from(
    { length: points },
    (_, i) => samples[Math.floor((i * (samples.length - 1)) / (points - 1))] ?? Number.NaN,
  );
  return { idleMiB, peakMiB: Math.max(...samples), curveMiB, seconds };
}

/** Resident memory of a process, in MiB. */
export async function readResident(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}

async function sendNoise(assay: IngestTarget, bytes: number): Promise<number> {
  const { before, after } = frameFile('noise.wav');
  const began = performance.now();
  const sent = request(`${assay.url}/model/predict`, {
    method: 'POST',
    headers: {
      ...assay.headers,
      'content-type': formType,
      'content-length': before.length + bytes + after.length,
    },
  });
  const answered = new Promise<string>((resolve, reject) => {
    sent.once('error', reject).once('response', (answer) => {
      if (answer.statusCode === 202) resolve(text(answer));
      else text(answer).then((body) => reject(new Error(`Answered ${answer.statusCode}: ${body}`)), reject);
    });
  });
  await pipeline(Readable.from(frame(before, bytes, after)), sent);
  await answered;
  return (performance.now() - began) / 1000;
}

function* frame(before: Buffer, bytes: number, after: Buffer): Generator<Buffer> {
  yield before;
  yield* makeNoise(bytes);
  yield after;
}
