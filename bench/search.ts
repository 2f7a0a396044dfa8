import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  countFacets,
  countFound,
  type Db,
  migrateDatabase,
  openDatabase,
  type Place,
  searchObjects,
  startEmbeddedPostgres,
} from '@assay/db';
import { AppError, parseSearch, readSort } from '@assay/shared';
import { searches } from './search/searches.ts';
import { seedDatabase } from './search/seed.ts';

export const searchFolder = join(tmpdir(), 'assay-bench-search');
const pageSize = 50;
const latePage = 500;
// Another one when the rows that are seeded change.
const version = 1;

interface SearchSize {
  scale: number;
  rounds: number;
  folder: string;
}

interface Times {
  p50: number;
  p95: number;
}
/** Milliseconds. A late page is the 500th, or the last where there are fewer. */
export interface SearchFigures {
  objects: number;
  seedSeconds: number;
  p50Ms: number;
  p95Ms: number;
  facetsP50Ms: number;
  facetsP95Ms: number;
  /** How many are found, up to ten thousand: a page shows it when it comes, behind the facets. */
  countP50Ms: number;
  countP95Ms: number;
  slowestMs: number;
  searches: { query: string; sort: string; found: string; first: Times; late: Times; facets: Times; count: Times }[];
}

/** Seeds a database, or takes the one that was seeded before, and times twenty searches in it. */
export async function measureSearch(
  { scale, rounds, folder }: SearchSize,
  tell: (what: string) => void,
): Promise<SearchFigures> {
  const objects = Math.round(1_000_000 * scale);
  const dataDir = join(folder, `${version}-${objects}`);
  const marker = join(dataDir, 'seeded.json');
  if (!existsSync(marker)) await rm(dataDir, { recursive: true, force: true });
  await mkdir(join(dataDir), { recursive: true });
  // The database runs as a user of its own, who has to pass through.
  for (const path of [folder, dataDir]) await chmod(path, 0o711);
  const postgres = await startEmbeddedPostgres({ dataDir });
  const database = openDatabase(postgres.url, { connections: 2 });
  try {
    await migrateDatabase(postgres.url);
    if (!existsSync(marker)) {
      tell(`seeding ${objects} objects into ${dataDir}`);
      const began = performance.now();
      await seedDatabase(postgres.url, objects, tell);
      await writeFile(marker, JSON.stringify({ seedSeconds: Math.round((performance.now() - began) / 1000) }));
    }
    const { seedSeconds } = JSON.parse(await readFile(marker, 'utf8')) as { seedSeconds: number };
    const measured = [];
    for (const [query, sort = '-uploaded'] of searches) {
      tell(`${query} by ${sort}`);
      measured.push(await measureOne(database.db, { query, sort, rounds }));
    }
    const pages = measured.flatMap(({ firstTimes, lateTimes }) => [...firstTimes, ...lateTimes]);
    const facets = measured.flatMap(({ facetTimes }) => facetTimes);
    const counts = measured.flatMap(({ countTimes }) => countTimes);
    return {
      objects,
      seedSeconds,
      p50Ms: percentile(pages, 50),
      p95Ms: percentile(pages, 95),
      facetsP50Ms: percentile(facets, 50),
      facetsP95Ms: percentile(facets, 95),
      countP50Ms: percentile(counts, 50),
      countP95Ms: percentile(counts, 95),
      slowestMs: percentile(pages, 100),
      searches: measured.map(({ query, sort, found, firstTimes, lateTimes, facetTimes, countTimes }) => ({
        ...{ query, sort, found, first: timesOf(firstTimes), late: timesOf(lateTimes) },
        ...{ facets: timesOf(facetTimes), count: timesOf(countTimes) },
      })),
    };
  } finally {
    await database.close();
    await postgres.stop();
  }
}

async function measureOne(db: Db, { query: text, sort, rounds }: { query: string; sort: string; rounds: number }) {
  const [parsed, order] = [parseSearch(text), readSort(sort)];
  if (!parsed.ok || !order) throw new Error(`${text} by ${sort} can’t be read`);
  const asker = { id: 'user-0' };
  const search = { query: parsed.query, timeZone: 'UTC' };
  const page = (limit: number, after?: Place) =>
    searchObjects(db, asker, { ...search, sort: order, limit: limit + 1, after });
  const late = await findLatePlace(page);
  const counted = await countFound(db, asker, search).catch(passOverSlow);
  return {
    ...{
      query: text,
      sort,
      found: !counted ? 'stopped' : counted.more ? `more than ${counted.count}` : String(counted.count),
    },
    firstTimes: await time(rounds, () => page(pageSize)),
    lateTimes: await time(rounds, () => page(pageSize, late)),
    facetTimes: await time(rounds, () => countFacets(db, asker, search)),
    countTimes: await time(rounds, () => countFound(db, asker, search)),
  };
}

/** Where the page begins that is measured: the objects before it are read, a thousand at a time. */
async function findLatePlace(page: (limit: number, after?: Place) => Promise<Place[]>): Promise<Place | undefined> {
  const places: Place[] = [];
  const before = pageSize * (latePage - 1);
  while (places.length < before) {
    const atOnce = Math.min(1000, before - places.length);
    const rows = await page(atOnce, places.at(-1)).catch(passOverSlow);
    if (!rows) break;
    places.push(...rows.slice(0, atOnce));
    if (rows.length <= atOnce) break;
  }
  return places.length < before ? places.at(-1 - Math.min(pageSize, Math.floor(places.length / 2))) : places.at(-1);
}

/** A search that was stopped counts with the time that it took. */
function passOverSlow(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'search_too_slow') return undefined;
  throw error;
}

async function time(rounds: number, act: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const began = performance.now();
    await act().catch(passOverSlow);
    times.push(performance.now() - began);
  }
  return times;
}

function percentile(times: readonly number[], percent: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  const at = Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1);
  return Math.round((sorted[Math.max(0, at)] ?? Number.NaN) * 10) / 10;
}

const timesOf = (times: readonly number[]): Times => ({ p50: percentile(times, 50), p95: percentile(times, 95) });

export function printSearch({ searches: each, ...figures }: SearchFigures): void {
  const cell = ({ p50, p95 }: Times) => `${p50} / ${p95}`.padStart(16);
  const heads = ['first page', 'page 500', 'facets', 'count'].map((head) => head.padStart(16)).join('');
  console.log(`${'p50 / p95 in ms'.padEnd(60)}${heads}  found`);
  for (const { query, sort, found, first, late, facets, count } of each)
    console.log(
      `${`${query || 'everything'}  ${sort}`.slice(0, 60).padEnd(60)}${[first, late, facets, count].map(cell).join('')}  ${found}`,
    );
  for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(28)} ${value}`);
}
