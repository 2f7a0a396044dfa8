import { createHash } from 'node:crypto';
import { openRandom, type Random, wordOf, words } from './random.ts';

// What the seeded database has, table by table, as lines of COPY. One object after the other, the same at each run.

export const models = [
  'face_detect nsfw object_detection',
  'video_info video_to_audio video_frames',
  'voice_activity loudness speech_to_text',
  'ner_text language sentiment_analysis',
].flatMap((names) => names.split(' '));
export const users = Array.from({ length: 20 }, (_, i) => `person-${i + 1}`);
export const caseNames = Array.from({ length: 20 }, (_, i) => (i === 0 ? 'Harbour 12' : `Case ${i}`));
export const caseIds = caseNames.map((_, i) => `00000000-0000-4000-9000-${String(i).padStart(12, '0')}`);
export const runId = (user: number) => `00000000-0000-4000-8000-${String(user).padStart(12, '0')}`;
const days = 365;

const kinds = [
  {
    type: 'image',
    mimes: ['image/jpeg', 'image/jpeg', 'image/jpeg', 'image/png', 'image/webp'],
    models: 0,
    share: 0.7,
  },
  { type: 'video', mimes: ['video/mp4', 'video/mp4', 'video/webm'], models: 3, share: 0.12 },
  { type: 'audio', mimes: ['audio/mpeg', 'audio/wav'], models: 6, share: 0.08 },
  { type: 'text', mimes: ['text/plain', 'text/html', 'application/json'], models: 9, share: 0.1 },
] as const;

const resultKey = (kind: 'class' | 'annotation', model: string, name: string): bigint =>
  createHash('md5').update(`${kind}/${model}/${name}`).digest().readBigInt64BE();

const names = new Map<string, bigint>();
const keyOf = (kind: 'class' | 'annotation', model: string, name: string): bigint => {
  const id = `${kind}\t${model}\t${name}`;
  const key = names.get(id) ?? resultKey(kind, model, name);
  names.set(id, key);
  return key;
};
/** Every class and label that was given, once all rows are made. */
export const listNames = () => [...names].map(([id, key]) => `${key}\t${id}`);

export type Tables = Record<
  'objects' | 'uploads' | 'case_objects' | 'predictions' | 'labels' | 'annotations' | 'search_texts' | 'look_hashes',
  string[]
>;
const emptyTables = (): Tables => ({
  objects: [],
  uploads: [],
  case_objects: [],
  predictions: [],
  labels: [],
  annotations: [],
  search_texts: [],
  look_hashes: [],
});

/** The rows of the objects from `first` to `last`. */
export function makeRows(first: number, last: number, total: number): Tables {
  const tables = emptyTables();
  for (let id = first; id <= last; id++) makeObject(tables, id, total, openRandom(id));
  return tables;
}

function makeObject(tables: Tables, id: number, total: number, random: Random): void {
  const draw = random.next();
  const kind =
    kinds.find(({ share }, i) => draw < share + kinds.slice(0, i).reduce((sum, each) => sum + each.share, 0)) ??
    kinds[0];
  const mime = random.pick(kind.mimes);
  const size = Math.floor(1000 * 10 ** (random.next() * 5));
  const at = new Date(Date.UTC(2026, 0, 1) + (id / total) * days * 86_400_000).toISOString();
  const user = random.zipf(users.length);
  // The first case is a small one, of 3,300 objects spread over all of the million.
  const inCase = id % 303 === 0 ? 0 : 1 + (id % (caseIds.length - 1));
  tables.objects.push(
    `${id}\t\\\\x${random.hex(64)}\t\\\\x${random.hex(32)}\t\\\\x${random.hex(40)}\t${size}\t${kind.type}\t${mime}\t${at}`,
  );
  const number = String(random.below(10_000)).padStart(4, '0');
  const stem =
    random.next() < 0.5 ? `IMG_${number}` : `${wordOf(random.zipf(words))}-${wordOf(random.zipf(words))}-${number}`;
  const mismatch = random.next() < 0.005 ? 'pdf' : '\\N';
  const uuid = (n: number) => `${String(id).padStart(8, '0')}-0000-4000-8000-${String(n).padStart(12, '0')}`;
  tables.uploads.push(
    `${uuid(0)}\t${id}\t${runId(inCase)}\t${caseIds[inCase]}\tuser-${user}\t${stem}.${mime.split('/')[1]}\t${mismatch}\t0\t${at}`,
  );
  tables.case_objects.push(`${id}\t${caseIds[inCase]}\t${at}\t${id}`);
  for (let i = 0; i < 3; i++) {
    const model = kind.models + i;
    const state = pickState(random);
    const prediction = uuid(i + 1);
    const classes = state === 'succeeded' ? resultOf(models[model] ?? '', random) : [];
    tables.predictions.push(`${prediction}\t${id}\t${model + 1}\t${state}\t{}\t{}\t${at}\t${at}`);
    for (const [name, value] of classes) {
      const shown = typeof value === 'number' ? `${value}\t\\N` : `\\N\t${value}`;
      tables.labels.push(`${prediction}\t${id}\t${keyOf('class', models[model] ?? '', name)}\t${shown}`);
    }
    addWords(tables, { id, prediction, model: models[model] ?? '', state }, random);
  }
}

function addWords(
  tables: Tables,
  of: { id: number; prediction: string; model: string; state: string },
  random: Random,
): void {
  const { id, prediction, model, state } = of;
  if (state !== 'succeeded') return;
  if (model === 'object_detection' && random.next() < 0.7) {
    const label = random.next() < 0.01 ? 'knife' : random.pick(['person', 'car', 'dog']);
    tables.annotations.push(
      `${prediction}\t0\t${id}\t${keyOf('annotation', model, label)}\t${label}\t${random.next().toFixed(3)}\t{"x":0,"y":0,"width":1,"height":1}`,
    );
  }
  if (model === 'speech_to_text' || model === 'ner_text') {
    const text = Array.from({ length: 30 }, () => wordOf(random.zipf(words)));
    tables.search_texts.push(`${id}\t${prediction}\t${text.map((word, i) => `${word}:${i + 1}`).join(' ')}`);
  }
  if (model === 'nsfw' && id % 5 === 0) {
    const hash = random.hex(64);
    const parts = Array.from({ length: 16 }, (_, i) => (i << 16) | Number.parseInt(hash.slice(i * 4, i * 4 + 4), 16));
    tables.look_hashes.push(`${id}\t${prediction}\t\\\\x${hash}\t{${parts.join()}}`);
  }
}

function pickState(random: Random): string {
  const draw = random.next();
  if (draw < 0.02) return 'failed';
  if (draw < 0.03) return 'skipped';
  if (draw < 0.032) return 'queued';
  return 'succeeded';
}

const share = (random: Random, power: number) => Number((random.next() ** power).toFixed(4));

/** Three or four classes a prediction on average; ten of a picture. */
function resultOf(model: string, random: Random): [string, number | string][] {
  const some = (names: string, power: number): [string, number][] =>
    names.split(' ').map((name) => [name, share(random, power)]);
  switch (model) {
    case 'face_detect':
      return [['number_faces', random.next() < 0.7 ? 0 : 1 + random.zipf(12)]];
    case 'nsfw':
      return [...some('Porn Hentai', 8), ...some('Sexy Drawing Neutral', 2)];
    case 'object_detection':
      return [
        ['person', random.zipf(6)],
        ['car', random.next() < 0.9 ? 0 : 1],
        ['knife', random.next() < 0.997 ? 0 : 1],
        ['dog', random.next() < 0.97 ? 0 : 1],
        ['count', random.zipf(20)],
      ];
    case 'video_info':
      return [
        ['duration', 1 + random.zipf(7200)],
        ['width', random.pick([640, 1280, 1920])],
        ['height', random.pick([480, 720, 1080])],
        ['video_codec', 'h264'],
      ];
    case 'voice_activity':
    case 'loudness':
      return [['duration', 1 + random.zipf(3600)], ...some('speech_fraction peak', 1)];
    case 'ner_text':
      return [
        ...Array.from(
          { length: 5 },
          () => ['places', `${wordOf(random.zipf(words))} ${wordOf(random.zipf(words))}`] as [string, string],
        ),
        ['people', wordOf(random.zipf(words))],
      ];
    case 'language':
      return [['language', random.pick(['en', 'en', 'nl', 'de', 'fr'])], ...some('share', 0.2)];
    default:
      return some('a b c', 1);
  }
}
