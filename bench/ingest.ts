import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { type IngestTarget, startIdleAssay } from './ingest/assay.ts';
import { type LargeFile, measureLargeFile } from './ingest/large-file.ts';
import { type MemoryCurve, measureMemory, readResident } from './ingest/memory.ts';
import { startSeedBaseline } from './ingest/seed-baseline.ts';
import { measureSmallFiles, type SmallFiles } from './ingest/small-files.ts';

export interface IngestFigures extends LargeFile, SmallFiles {
  rssGrowthMiB: number;
  rssGrowthTenMiB: number;
  one: MemoryCurve;
  ten: MemoryCurve;
}

const settleMilliseconds = 3000;

/** Everything that ingest promises, in one run, on an Assay of its own. `seed` is the folder of the old endpoint. */
export async function measureIngest(
  size: { mebibytes: number; gibibytes: number; files: number; seed: string },
  tell: (what: string) => void,
): Promise<IngestFigures> {
  tell('Starting Assay');
  const assay = await startIdleAssay();
  try {
    await wait(settleMilliseconds);
    const { one, ten } = await measureBoth(assay, size.gibibytes * 1024 ** 3, tell);
    tell(`${size.files} files of 50 kB, three times`);
    const small = await measureSmallFiles(assay, size.files);
    if (!existsSync(size.seed)) tell(`The old endpoint is not at ${size.seed}: no ratio to it`);
    const seed = existsSync(size.seed) ? await startSeedBaseline(size.seed) : undefined;
    tell(`${size.mebibytes} MiB in one request, five times`);
    const large = await measureLargeFile(assay, seed, size.mebibytes * 1024 ** 2);
    await seed?.stop();
    const growth = (curve: MemoryCurve) => curve.peakMiB - curve.idleMiB;
    return { ...large, ...small, rssGrowthMiB: growth(one), rssGrowthTenMiB: growth(ten), one, ten };
  } finally {
    await assay.stop();
  }
}

async function measureBoth(assay: IngestTarget, bytes: number, tell: (what: string) => void) {
  const idleMiB = await readResident(assay.pid);
  tell('Memory during one large upload');
  const one = await measureMemory(assay, { uploads: 1, bytes, idleMiB });
  tell('Memory during ten at once');
  const ten = await measureMemory(assay, { uploads: 10, bytes, idleMiB });
  return { one, ten };
}

export function printIngest(figures: IngestFigures): void {
  const { one, ten, ...numbers } = figures;
  for (const [name, value] of Object.entries(numbers)) console.log(`${name.padEnd(24)} ${show(value)}`);
  for (const [name, { idleMiB, curveMiB, seconds }] of Object.entries({ one, ten })) {
    console.log(`${name}: idle ${show(idleMiB)} MiB, then ${curveMiB.map(Math.round).join(' ')}`);
    console.log(`  the quickest took ${show(seconds[0] ?? null)} s, the slowest ${show(seconds.at(-1) ?? null)} s`);
  }
}

const show = (value: number | null) => (value === null ? 'not measured' : value.toFixed(2));
