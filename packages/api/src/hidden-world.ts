import { createHash, randomUUID } from 'node:crypto';
import { insertPerson } from '@assay/db';
import { type Answer, type ObjectFacts, objectHashSchema, uploadAnswerSchema } from '@assay/shared';
import { type Act, doActs } from './hidden-acts.ts';
import type { TestApi } from './testing.ts';

/*
 * Small worlds for hidden.test.ts: the same people, cases and files each time, told apart by a salt in every byte and name,
 * so that many of them lie in one database.
 */

export const images = [0, 1];
export const texts = [0, 1, 2];
export type File = { kind: 'image' | 'text'; n: number };

/** What is done in a world, in this order. */
export interface Story {
  /** Of the cases 0 to 2, those that the asker is a member of; 3 is the asker's private one. */
  memberOf: number[];
  uploads: { into: number; file: File; name: number }[];
  /** By image: the texts that the model `cutter` makes of it. */
  makes: number[][];
  /** When models are done. */
  acts: Act[];
}

export interface World {
  salt: string;
  story: Story;
  /** `authorization` of who asks. */
  asker: { authorization: string };
  cases: string[];
  /** The asker's. */
  privateCase: string;
  /** By upload of the story. */
  runs: string[];
  predictions: string[];
  /** By act of the story: the id of what was said. */
  said: string[];
}

/** Of somebody who uploads what others may not see, and is in none of the worlds' stories. */
export interface Owner {
  headers: { authorization: string };
  passwordHash: string;
  password: string;
}

const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
const hashOf = (name: string, bytes: Uint8Array) => createHash(name).update(bytes).digest('hex');

export function factsOf(salt: string, { kind, n }: File) {
  const words = Buffer.from(`The words of ${kind}${n}${salt}.`);
  const bytes = kind === 'image' ? Buffer.concat([gif, words]) : words;
  const facts: ObjectFacts = {
    sha256: objectHashSchema.parse(hashOf('sha256', bytes)),
    md5: hashOf('md5', bytes),
    sha1: hashOf('sha1', bytes),
    size: bytes.length,
    mediaType: kind,
    mime: kind === 'image' ? 'image/gif' : 'text/plain',
    encoding: kind === 'image' ? null : 'utf-8',
  };
  return { bytes, facts };
}

export const files: File[] = [
  ...images.map((n) => ({ kind: 'image' as const, n })),
  ...texts.map((n) => ({ kind: 'text' as const, n })),
];

/** Everything is given to all that accept it. What they say depends on the bytes alone. */
export const addModels = (api: TestApi) =>
  api.addModels({ cutter: ['image'], words: ['text'] }, '1.0.0', { cutter: ['text'] });

function answerOf(salt: string, { kind, n }: File): Answer {
  const name = `${kind}${n}${salt}`;
  const result = {
    [`about_${salt}_${name}`]: n,
    topic: `topic ${name}`,
    number: n,
    ...(kind === 'image' && { pdq: hashOf('sha256', Buffer.from(salt)) }),
  };
  return {
    classes: Object.keys(result),
    result,
    annotations: [{ label: `mark_${salt}_${name}`, text: `said ${name}` }],
  };
}

let made = 0;

/** Makes the world in which only what `happens` of the story, by case, has happened. */
export async function makeWorld(
  api: TestApi,
  owner: Owner,
  story: Story,
  happens: (into: number) => boolean,
): Promise<World> {
  made += 1;
  const salt = `s${String(made).padStart(5, '0')}s`;
  const person = { id: `asker-${salt}`, username: `asker-${salt}`, name: '', role: 'investigator' as const };
  await insertPerson(api.db, { ...person, passwordHash: owner.passwordHash });
  const asker = await api.signIn({ username: person.username, password: owner.password });
  const cases: string[] = [];
  for (const n of [0, 1, 2]) {
    const { id } = await api.mutate<{ id: string }>('cases.create', owner.headers, { name: `Case ${n} of ${salt}` });
    if (story.memberOf.includes(n))
      await api.mutate('cases.addMember', owner.headers, { id, username: person.username, role: 'reader' });
    cases.push(id);
  }
  const own = await fetch(`${api.url}/trpc/cases.list`, { headers: asker });
  const listed = ((await own.json()) as { result: { data: { id: string; privateOf: string | null }[] } }).result.data;
  const privateCase = listed.find(({ privateOf }) => privateOf !== null)?.id ?? '';
  const world: World = { salt, story, asker, cases, privateCase, runs: [], predictions: [], said: [] };
  for (const upload of story.uploads) {
    const answer = happens(upload.into) ? await send(api, world, owner, upload) : undefined;
    world.runs.push(answer?.run ?? randomUUID());
    world.predictions.push(answer?.objects[0]?.predictions[0]?.id ?? randomUUID());
  }
  for (const model of ['cutter', 'words']) await work(api, world, model);
  world.said = await doActs(api, world, owner, happens);
  return world;
}

async function send(api: TestApi, world: World, owner: Owner, { into, file, name }: Story['uploads'][number]) {
  const body = new FormData();
  for (const model of file.kind === 'image' ? ['cutter', 'words'] : ['words']) body.append('models', model);
  const caseId = world.cases[into];
  if (caseId) body.append('case', caseId);
  const { bytes } = factsOf(world.salt, file);
  body.append('objects', new Blob([new Uint8Array(bytes)]), `name${name} ${world.salt}.${name === 0 ? 'mp4' : 'dat'}`);
  const headers = caseId ? owner.headers : world.asker;
  const answer = await fetch(`${api.url}/model/predict`, { method: 'POST', headers, body });
  if (answer.status !== 202) throw new Error(`The upload was answered ${answer.status}: ${await answer.text()}`);
  return uploadAnswerSchema.parse(await answer.json());
}

/** Ends what waits for the model, as a worker does. */
async function work(api: TestApi, world: World, model: string): Promise<void> {
  const byHash = new Map(files.map((file) => [factsOf(world.salt, file).facts.sha256, file]));
  for (const claimed of await api.claim(model)) {
    const file = byHash.get(claimed.sha256);
    if (!file) throw new Error('Something of another world waits');
    const made = file.kind === 'image' ? (world.story.makes[file.n] ?? []) : [];
    await api.emit(
      claimed,
      answerOf(world.salt, file),
      made.map((n) => factsOf(world.salt, { kind: 'text', n })),
    );
  }
}
