import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { readResident } from './ingest/memory.ts';
import { startWithObjects } from './many-objects.ts';

interface OneExport {
  of: 'objects' | 'predictions';
  format: 'csv' | 'jsonl';
  lines: number;
  mebibytes: number;
  seconds: number;
  /** Resident MiB of the API: before, at most, and at equal distances in time. */
  idleMiB: number;
  peakMiB: number;
  curveMiB: number[];
}

export interface ExportFigures {
  objects: number;
  exports: OneExport[];
}

/** Memory of the API while all objects, and all their predictions, are taken away. */
export async function measureExport(objects: number, tell: (what: string) => void): Promise<ExportFigures> {
  const assay = await startWithObjects(objects, tell);
  try {
    const headers = await assay.signIn();
    const exports: OneExport[] = [];
    for (const kind of ['objects', 'predictions'] as const)
      for (const format of ['csv', 'jsonl'] as const) {
        tell(`${kind} as ${format}`);
        const url = `${assay.url}/objects/export?query=&of=${kind}&format=${format}`;
        exports.push({ of: kind, format, ...(await take(url, headers, assay.apiPid)) });
      }
    return { objects, exports };
  } finally {
    await assay.stop();
  }
}

async function take(url: string, headers: Record<string, string>, pid: number) {
  const idleMiB = Math.round(await readResident(pid));
  const began = performance.now();
  const [answer] = (await once(get(url, { headers }), 'response')) as [IncomingMessage];
  if (answer.statusCode !== 200) throw new Error(`Answered ${answer.statusCode}`);
  let [lines, bytes, isOver] = [0, 0, false];
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines += 1;
  });
  const over = once(answer, 'end').finally(() => {
    isOver = true;
  });
  const samples: number[] = [];
  while (!isOver) {
    samples.push(Math.round(await readResident(pid)));
    await Promise.race([wait(100), over]);
  }
  const points = 8;
  return {
    ...{ lines, mebibytes: Math.round(bytes / 2 ** 20), seconds: Math.round((performance.now() - began) / 100) / 10 },
    ...{ idleMiB, peakMiB: Math.max(...samples) },
    curveMiB: Array.from(
      { length: points },
      (_, i) => samples[Math.floor((i * (samples.length - 1)) / (points - 1))] ?? 0,
    ),
  };
}

export function printExport({ objects, exports }: ExportFigures): void {
  console.log(`Memory of the API in MiB while ${objects} objects are taken away`);
  for (const { of, format, lines, mebibytes, seconds, idleMiB, peakMiB, curveMiB } of exports)
    console.log(
      `${of} as ${format}: ${lines} lines, ${mebibytes} MiB, ${seconds} s; before ${idleMiB}, at most ${peakMiB}; on the way ${curveMiB.join(', ')}`,
    );
}
