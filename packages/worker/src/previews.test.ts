import { hash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import {
  type Database,
  findPreview,
  insertObjects,
  openDatabase,
  openSender,
  removeUnreferenced,
  retryPreview,
  tellUploading,
} from '@assay/db';
import { createTestDatabase, type TestDatabase } from '@assay/db/testing';
import { defaultLimits, type MediaType, objectHashSchema, type PreviewKind, waveformSchema } from '@assay/shared';
import { discardFile, type ObjectStore, openStore, stageFile } from '@assay/storage';
import { pino } from 'pino';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorker } from './main.ts';
import { PreviewProcess, previewLimits } from './previews/process.ts';
import { makePreviews } from './previews.ts';

let place: TestDatabase;
let database: Database;
let folder: string;
let store: ObjectStore;
let decoder: PreviewProcess;
const log = pino({ level: 'silent' });

beforeAll(async () => {
  place = await createTestDatabase();
  database = openDatabase(place.url, { connections: 2 });
  folder = await mkdtemp(join(tmpdir(), 'assay-test-previews-'));
  store = await openStore(pathToFileURL(folder).href);
  decoder = new PreviewProcess();
});
afterAll(async () => {
  decoder.close();
  await database.close();
  await place.drop();
  await rm(folder, { recursive: true });
});

const sample = (name: string) => readFile(new URL(`../../../samples/${name}`, import.meta.url));

/** An object with these bytes, as an upload leaves it. Its type is that of the bytes, where these have one. */
async function add(bytes: Buffer, type?: { mediaType: MediaType; mime: string }): Promise<number> {
  const staged = await stageFile(Readable.from([bytes]), store);
  const { sha256, md5, sha1, size } = staged;
  await store.put(staged.path, sha256);
  await discardFile(staged);
  const found = staged.type.mediaType && { ...staged.type, mediaType: staged.type.mediaType };
  const facts = { mediaType: 'image' as const, mime: 'image/x-unknown', encoding: null, ...found, ...type };
  const { mediaType, mime, encoding } = facts;
  const rows = await insertObjects(database.db, null, [{ sha256, md5, sha1, size, mediaType, mime, encoding }]);
  return rows.get(sha256)?.id ?? 0;
}

const never = new AbortController().signal;
const make = (id: number, process = decoder) =>
  makePreviews({ db: database.db, store, decoder: process, log }, id, never);

async function bytesOf(id: number, kind: PreviewKind): Promise<Buffer> {
  const row = await findPreview(database.db, id, kind);
  if (row?.state !== 'made' || !row.sha256) throw new Error(`The ${kind} is ${row?.state}: ${row?.reason}`);
  const bytes = await buffer(await store.read(row.sha256));
  expect([hash('sha256', bytes), bytes.length]).toEqual([row.sha256, row.size]);
  return bytes;
}

const stateOf = async (id: number) => (await findPreview(database.db, id, 'thumbnail'))?.state;

const begin = () =>
  startWorker({
    databaseUrl: place.url,
    storageUrl: pathToFileURL(folder).href,
    incoming: store.incoming,
    modelUrls: [],
    modelHosts: [],
    limits: defaultLimits,
    logLevel: 'silent',
  });

async function reasonOf(id: number, kind: PreviewKind): Promise<string | null> {
  const row = await findPreview(database.db, id, kind);
  expect(row?.state).toBe('failed');
  return row?.reason ?? null;
}

test.each([
  ['astronaut.jpg', 320],
  ['astronaut.heic', 320],
  ['cat.avif', 240],
  ['cat.webp', 240],
  ['coffee.gif', 200],
])('a small picture of %s', async (name, side) => {
  const id = await add(await sample(name));
  await make(id);
  const { format, width, height, exif, pages } = await sharp(await bytesOf(id, 'thumbnail')).metadata();
  expect([format, Math.max(width, height), exif, pages]).toEqual(['webp', side, undefined, undefined]);
});

test('a picture that browsers do not show has a large one besides, upright', async () => {
  const grey = await sharp({ create: { width: 60, height: 30, channels: 3, background: '#888' } })
    .composite([{ input: { create: { width: 10, height: 30, channels: 3, background: '#f00' } }, left: 0, top: 0 }])
    .withMetadata({ orientation: 6 })
    .tiff()
    .toBuffer();
  const id = await add(grey);
  await make(id);
  for (const kind of ['thumbnail', 'poster'] as const) {
    const { data, info } = await sharp(await bytesOf(id, kind))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([30, 60]);
    // What was left is on top.
    expect([data[0] ?? 0, data[1] ?? 0].map((value) => value > 128)).toEqual([true, false]);
  }
});

test('a bitmap, which libvips does not open', async () => {
  const bitmap = Buffer.alloc(54 + 4 * 4 * 3, 0xff);
  bitmap.fill(0, 0, 54);
  bitmap.write('BM', 0, 'latin1');
  for (const [at, value] of [
    [2, bitmap.length],
    [10, 54],
    [14, 40],
    [18, 4],
    [22, 4],
  ] as const)
    bitmap.writeUInt32LE(value, at);
  bitmap.writeUInt16LE(1, 26);
  bitmap.writeUInt16LE(24, 28);
  const id = await add(bitmap);
  await make(id);
  expect(await sharp(await bytesOf(id, 'thumbnail')).metadata()).toMatchObject({ width: 4, height: 4 });
});

test('a drawing loads nothing that it names', async () => {
  const secret = join(folder, 'secret.png');
  await sharp({ create: { width: 90, height: 90, channels: 3, background: '#f00' } })
    .png()
    .toFile(secret);
  const drawing = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90">
    <rect width="90" height="90" fill="#0000ff"/><image href="${pathToFileURL(secret)}" width="90" height="90"/>
    <image href="secret.png" width="90" height="90"/></svg>`);
  const id = await add(drawing, { mediaType: 'image', mime: 'image/svg+xml' });
  await make(id);
  const { data } = await sharp(await bytesOf(id, 'thumbnail'))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([data[0] ?? 0, data[2] ?? 0].map((value) => value > 128)).toEqual([false, true]);
});

test('a video has two pictures and the drawing of its sound', async () => {
  const id = await add(await sample('clip.mp4'));
  await make(id);
  const sizes = await Promise.all(
    (['thumbnail', 'poster'] as const).map(async (kind) => sharp(await bytesOf(id, kind)).metadata()),
  );
  expect(sizes.map(({ width, height }) => [width, height])).toEqual([
    [320, 240],
    [480, 360],
  ]);
  const { duration, peaks } = waveformSchema.parse(JSON.parse(String(await bytesOf(id, 'waveform'))));
  expect(duration).toBeCloseTo(13, 0);
  expect(Math.max(...peaks)).toBe(1);
});

test.each(['speech.wav', 'speech.mp3'])('the drawing of %s: loud where somebody speaks', async (name) => {
  const id = await add(await sample(name));
  await make(id);
  const { duration, peaks } = waveformSchema.parse(JSON.parse(String(await bytesOf(id, 'waveform'))));
  expect([peaks.length, Math.max(...peaks)]).toEqual([770, 1]);
  expect(duration).toBeCloseTo(15.4, 0);
  expect(Math.min(...peaks)).toBeLessThan(0.05);
  expect(await findPreview(database.db, id, 'thumbnail')).toBeUndefined();
});

/** The head of a PNG, which is all that is looked at when it says so much. */
function makeBomb(side: number): Buffer {
  const head = Buffer.alloc(64);
  head.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');
  head.writeUInt32BE(side, 16);
  head.writeUInt32BE(side, 20);
  head.set([8, 6], 24);
  head.writeUInt32BE(crc(head.subarray(12, 29)), 29);
  head.write('\0\0\0\x0bIDAT', 33, 'latin1');
  return head;
}
function crc(bytes: Buffer): number {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value >>> 0;
}

const playlist = `#EXTM3U\n#EXT-X-TARGETDURATION:20\n#EXTINF:13,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n`;
const png = { mediaType: 'image', mime: 'image/png' } as const;
const jpeg = { mediaType: 'image', mime: 'image/jpeg' } as const;
const mp4 = { mediaType: 'video', mime: 'video/mp4' } as const;

test.each([
  ['a bomb', async () => makeBomb(40_000), png, 'thumbnail', /1600 megapixels/],
  ['no picture', async () => Buffer.from('This is no picture at all.'), png, 'thumbnail', /^It can’t be decoded: /],
  [
    'a picture of which nothing came',
    async () => (await sample('astronaut.jpg')).subarray(0, 300),
    jpeg,
    'thumbnail',
    /decoded/,
  ],
  ['a playlist that calls itself a video', async () => Buffer.from(playlist), mp4, 'poster', /not made of this format/],
  ['a video that breaks off', async () => (await sample('clip.mp4')).subarray(0, 5_000), mp4, 'poster', /decoded/],
  [
    'a script of ffconcat',
    async () => Buffer.from("ffconcat version 1.0\nfile '/etc/passwd'\n"),
    mp4,
    'waveform',
    /format/,
  ],
] as const)('%s: why there is none, and no second look', async (_, read, type, kind, why) => {
  const id = await add(await read(), type);
  await make(id);
  expect(await reasonOf(id, kind)).toMatch(why);
  const before = await findPreview(database.db, id, kind);
  await make(id);
  expect(await findPreview(database.db, id, kind)).toEqual(before);
});

test('a picture whose end is missing shows what there is', async () => {
  const id = await add((await sample('astronaut.jpg')).subarray(0, 20_000), jpeg);
  await make(id);
  expect(await sharp(await bytesOf(id, 'thumbnail')).metadata()).toMatchObject({ format: 'webp' });
});

test('a video without a picture says so, and has its sound drawn', async () => {
  const id = await add(Buffer.concat([await sample('speech.wav'), Buffer.from('as a video')]), mp4);
  await make(id);
  expect(await reasonOf(id, 'poster')).toMatch(/no picture/);
  await bytesOf(id, 'waveform');
});

test('what the store has lost has no previews, and says so', async () => {
  const bytes = Buffer.concat([await sample('coffee.gif'), Buffer.from('lost')]);
  const id = await add(bytes);
  await store.remove(objectHashSchema.parse(hash('sha256', bytes)));
  await make(id);
  expect(await reasonOf(id, 'thumbnail')).toMatch(/^The bytes of [0-9a-f]{64} are not in the store$/);
});

test('what takes too long by the clock is killed with its process, and the next has a new one', async () => {
  const hasty = new PreviewProcess({ ...previewLimits, seconds: { picture: 0.001, waveform: 0.001 } });
  const id = await add(Buffer.concat([await sample('astronaut.jpg'), Buffer.from('slow')]));
  await make(id, hasty);
  hasty.close();
  expect(await reasonOf(id, 'thumbnail')).toBe('It takes longer than 0.01 s to decode.');
  expect(await retryPreview(database.db, id, 'thumbnail')).toBe(true);
  await make(id);
  await bytesOf(id, 'thumbnail');
  expect(await retryPreview(database.db, id, 'thumbnail')).toBe(false);
});

test('what computes for too long is killed, however much time there is', async () => {
  const large = await sharp({ create: { width: 8_000, height: 8_000, channels: 3, background: '#543' } })
    .png({ progressive: true, compressionLevel: 1 })
    .toBuffer();
  const strict = new PreviewProcess({ ...previewLimits, seconds: { picture: 0.2, waveform: 0.2 }, patience: 500 });
  const id = await add(large);
  await make(id, strict);
  strict.close();
  expect(await reasonOf(id, 'thumbnail')).toBe('It takes longer than 0.2 s to decode.');
});

test('what takes too much memory ends nothing but its process', async () => {
  // Decoded as a whole, since it is interlaced: 300 MB.
  const large = await sharp({ create: { width: 10_000, height: 10_000, channels: 3, background: '#345' } })
    .png({ progressive: true, compressionLevel: 1 })
    .toBuffer();
  const poor = new PreviewProcess({ ...previewLimits, memory: 850 });
  const id = await add(large);
  await make(id, poor);
  expect(await reasonOf(id, 'thumbnail')).toMatch(/memory|decoded/);
  const next = await add(Buffer.concat([await sample('cat.webp'), Buffer.from('next')]));
  await make(next, poor);
  poor.close();
  await bytesOf(next, 'thumbnail');
});

test('a file that ended its worker three times is given up', async () => {
  const id = await add(Buffer.concat([await sample('cat.webp'), Buffer.from('deadly')]));
  const gone = AbortSignal.abort();
  for (let i = 0; i < 4; i++)
    await expect(makePreviews({ db: database.db, store, decoder, log }, id, gone)).rejects.toThrow();
  // A worker that stops holds nothing against the file.
  expect(await findPreview(database.db, id, 'thumbnail')).toMatchObject({ state: 'queued', attempts: 0 });
  await database.db.execute(`update previews set attempts = 3 where object_id = ${id}`);
  await make(id);
  expect(await reasonOf(id, 'thumbnail')).toMatch(/ended 3 times/);
});

test('while files come in, a worker makes what somebody asked for, and the rest afterwards', async () => {
  const rest = await add(Buffer.concat([await sample('cat.webp'), Buffer.from('the rest')]));
  const asked = await add(Buffer.concat([await sample('cat.webp'), Buffer.from('asked for')]));
  const sender = await openSender(database.db);
  await tellUploading(database.db, 600);
  await sender.sendObjects(database.db, 'preview', [rest]);
  const worker = await begin();
  const isInHand = async () => {
    const jobs = await database.db.execute(`select from pgboss.job where name = 'preview' and state = 'active'`);
    return jobs.length > 0;
  };
  await expect.poll(isInHand, { timeout: 20_000 }).toBe(true);
  await sender.sendObjects(database.db, 'asked_preview', [asked]);
  await expect.poll(() => stateOf(asked), { timeout: 20_000 }).toBe('made');
  expect(await stateOf(rest)).toBeUndefined();
  await database.db.execute('update upload_activity set until = now()');
  await expect.poll(() => stateOf(rest), { timeout: 20_000 }).toBe('made');
  await worker.close();
  await sender.close();
});

test('a worker makes what is queued, and the sweep leaves it alone', async () => {
  const id = await add(Buffer.concat([await sample('astronaut.jpg'), Buffer.from('queued')]));
  const sender = await openSender(database.db);
  await sender.sendObjects(database.db, 'preview', [id]);
  const worker = await begin();
  await expect.poll(() => stateOf(id), { timeout: 20_000 }).toBe('made');
  const { sha256 } = (await findPreview(database.db, id, 'thumbnail')) ?? {};
  if (!sha256) throw new Error('A preview without bytes');
  const orphan = objectHashSchema.parse(hash('sha256', 'nobody has it'));
  const removed: string[] = [];
  await removeUnreferenced(database.db, [sha256, orphan], async (each) => void removed.push(each));
  expect(removed).toEqual([orphan]);
  await worker.close();
  await sender.close();
});
