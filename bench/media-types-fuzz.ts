import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { detectMediaType, sampleBytes } from '@assay/storage';
import fc from 'fast-check';

const mostMilliseconds = 50;
/** From here on the time is taken again. */
const suspectMilliseconds = 10;
const mostBytes = 1 << 20;
const samples = fileURLToPath(new URL('../samples/', import.meta.url));

interface Failure {
  /** Which run of which seed; so it can be had again. */
  run: number;
  fault: string;
}

export interface FuzzReport {
  seed: number;
  runs: number;
  seeds: number;
  failures: Failure[];
  millisecondsMean: number;
  slowest: { run: number; milliseconds: number; mime: string; bytes: number }[];
}

/**
 * Asks for the type of real files that were broken in some way, and of bytes from nowhere. It must neither
 * throw nor take longer than 50 ms. On a machine that others use, a slow run is run again: its best time counts.
 */
export async function fuzzMediaTypes(wish: { runs: number; seed: number; corpus?: string }): Promise<FuzzReport> {
  const seeds = await readSeeds([samples, ...(wish.corpus ? [wish.corpus] : [])]);
  const report: FuzzReport = { ...wish, seeds: seeds.length, failures: [], millisecondsMean: 0, slowest: [] };
  const began = performance.now();
  let run = 0;
  const arbitrary = arbitraryFile(seeds);
  for (let batch = 0; run < wish.runs; batch++) {
    const files = fc.sample(arbitrary, { numRuns: 100, seed: wish.seed + batch });
    for (const bytes of files.slice(0, wish.runs - run)) await check(bytes, run++, report);
  }
  report.millisecondsMean = (performance.now() - began) / Math.max(1, run);
  return report;
}

async function check(bytes: Uint8Array, run: number, report: FuzzReport): Promise<void> {
  try {
    let { milliseconds, mime } = await time(bytes);
    for (let again = 0; again < 3 && milliseconds > suspectMilliseconds; again++) {
      milliseconds = Math.min(milliseconds, (await time(bytes)).milliseconds);
    }
    if (milliseconds > mostMilliseconds) report.failures.push({ run, fault: `took ${milliseconds} ms (${mime})` });
    report.slowest.push({ run, milliseconds, mime, bytes: bytes.length });
    report.slowest.sort((a, b) => b.milliseconds - a.milliseconds).splice(5);
  } catch (error) {
    report.failures.push({ run, fault: String(error) });
  }
}

async function time(bytes: Uint8Array): Promise<{ milliseconds: number; mime: string }> {
  const began = performance.now();
  const found = await detectMediaType(bytes.subarray(0, sampleBytes), {
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  });
  const milliseconds = performance.now() - began;
  if (found.mediaType === 'text' && found.encoding !== null) new TextDecoder(found.encoding);
  return { milliseconds, mime: found.mime };
}

async function readSeeds(folders: string[]): Promise<Uint8Array[]> {
  const seeds: Uint8Array[] = [];
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((candidate) => candidate.isFile())) {
      seeds.push((await readFile(join(entry.parentPath, entry.name))).subarray(0, mostBytes));
    }
  }
  return seeds;
}

/** Most are broken files; the rest are bytes from nowhere, some of them behind the beginning of a real file. */
function arbitraryFile(seeds: Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const seed = fc.constantFrom(...seeds);
  const broken = fc.tuple(seed, fc.array(arbitraryDamage, { minLength: 1, maxLength: 8 }));
  const spliced = fc.tuple(seed, seed, fc.nat(512), fc.nat(mostBytes));
  return fc.oneof(
    { weight: 12, arbitrary: broken.map(([bytes, damages]) => damages.reduce((now, damage) => damage(now), bytes)) },
    {
      weight: 3,
      arbitrary: spliced.map(([a, b, end, start]) => Buffer.concat([a.subarray(0, end), b.subarray(start % b.length)])),
    },
    { weight: 3, arbitrary: fc.uint8Array({ maxLength: 4096 }) },
    { weight: 1, arbitrary: fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 24 }), fc.nat(mostBytes)).map(repeat) },
    { weight: 1, arbitrary: fc.tuple(seed, fc.nat(64), fc.uint8Array({ minLength: 1, maxLength: 8 })).map(fillAfter) },
    {
      weight: 1,
      arbitrary: fc.tuple(seed, fc.nat(512), fc.integer({ min: 4, max: 64 }), fc.nat(mostBytes)).map(multiply),
    },
  );
}

/** A structure that holds itself, or thousands of its like. */
const multiply = ([bytes, start, length, size]: [Uint8Array, number, number, number]) => {
  const piece = bytes.subarray(start, start + length);
  return piece.length === 0 ? bytes : Buffer.concat([bytes.subarray(0, start), Buffer.alloc(size, piece)]);
};
const repeat = ([pattern, length]: [Uint8Array, number]) => Buffer.alloc(length, pattern);
const fillAfter = ([bytes, end, pattern]: [Uint8Array, number, Uint8Array]) =>
  Buffer.concat([bytes.subarray(0, end), Buffer.alloc(sampleBytes, pattern)]);

type Damage = (bytes: Uint8Array) => Uint8Array;

/** Where structures lie close, damage counts most: half of it falls into the first 512 bytes. */
const place = fc.oneof(fc.nat(512), fc.nat(sampleBytes));
const extreme = fc.constantFrom(0, 1, 0x7f, 0x80, 0xfe, 0xff);

const arbitraryDamage: fc.Arbitrary<Damage> = fc.oneof(
  fc.tuple(place, fc.nat(255)).map(
    ([at, byte]): Damage =>
      (bytes) =>
        overwrite(bytes, at, [byte]),
  ),
  fc.tuple(place, fc.array(extreme, { minLength: 4, maxLength: 8 })).map(
    ([at, run]): Damage =>
      (bytes) =>
        overwrite(bytes, at, run),
  ),
  place.map(
    (end): Damage =>
      (bytes) =>
        bytes.subarray(0, end),
  ),
  fc.tuple(place, fc.nat(64)).map(
    ([at, length]): Damage =>
      (bytes) =>
        Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]),
  ),
  fc.tuple(place, place).map(
    ([from, to]): Damage =>
      (bytes) =>
        Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]).subarray(0, mostBytes),
  ),
);

function overwrite(bytes: Uint8Array, at: number, run: number[]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (const [i, byte] of run.entries()) if (at + i < copy.length) copy[at + i] = byte;
  return copy;
}

export function printFuzz({ seed, runs, seeds, failures, millisecondsMean, slowest }: FuzzReport): void {
  console.log(`${runs} runs from ${seeds} files, seed ${seed}: ${failures.length} failed`);
  for (const { run, fault } of failures.slice(0, 20)) console.log(`  run ${run}: ${fault}`);
  console.log(`mean ${millisecondsMean.toFixed(2)} ms with the making of each; slowest:`);
  for (const { run, milliseconds, mime, bytes } of slowest) {
    console.log(`  ${milliseconds.toFixed(1)} ms  run ${run}, ${bytes} bytes, ${mime}`);
  }
}
