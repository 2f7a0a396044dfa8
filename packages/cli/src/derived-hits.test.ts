import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startTestApi, type TestApi } from '@assay/api/testing';
import { listCurrentModels } from '@assay/db';
import { defaultLimits, type ObjectResults } from '@assay/shared';
import { type RunningWorker, startWorker } from '@assay/worker';
import { sendForm, sendJson, startTestModel, type TestModel } from '@assay/worker/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkout } from './checkout.ts';

/* A video whose sound begins a second late and whose frames show faces: what models find there is seen from the video. */

let api: TestApi;
let worker: RunningWorker;
const models: TestModel[] = [];

const face = { label: 'face', score: 0.9, box: { x: 0.1, y: 0.1, width: 0.5, height: 0.5 } };
const said = (text: string, start: number, end: number) => ({ label: 'word', text, time: { start, end } });

beforeAll(async () => {
  const image = await readFile(join(checkout.root, 'samples/astronaut.jpg'));
  // Other bytes, the same picture.
  const frames = [image, Buffer.concat([image, Buffer.from('2')])];
  const sound = await readFile(join(checkout.root, 'samples/speech.mp3'));
  api = await startTestApi();
  const add = async (name: string, accepts: string, emits: string[], answer: Parameters<typeof startTestModel>[0]) =>
    models.push(await startTestModel(answer, { name, accepts: [accepts], emits }));
  await add('frames', 'video', ['image'], (res) =>
    sendForm(res, [
      { body: frames[0] ?? '', derivation: { time: { start: 8, end: 8 }, label: 'cut' } },
      { body: frames[1] ?? '', derivation: { time: { start: 3.5, end: 3.5 }, label: 'cut' } },
      // The same frame once more.
      { body: frames[1] ?? '', derivation: { time: { start: 11, end: 11 }, label: 'cut' } },
    ]),
  );
  await add('faces', 'image', [], (res) =>
    sendJson(res, 200, { classes: ['n'], result: { n: 1 }, annotations: [face] }),
  );
  await add('sound', 'video', ['audio'], (res) =>
    sendForm(res, [{ body: sound, derivation: { time: { start: 1, end: 13 }, label: 'sound track' } }]),
  );
  await add('speech', 'audio', ['text'], (res) =>
    sendForm(res, [{ body: 'Mrs Dashwood came.', derivation: { label: 'transcript' } }], {
      classes: ['words'],
      result: { words: 3 },
      annotations: [said('Mrs', 0.5, 0.75), said('Dashwood', 1, 1.5), said('came.', 1.75, 2)],
    }),
  );
  await add('names', 'text', [], (res) =>
    sendJson(res, 200, {
      classes: ['people'],
      result: { people: ['Dashwood'] },
      annotations: [{ label: 'person', text: 'Dashwood', span: { start: 4, end: 12 } }],
    }),
  );
  worker = await startWorker({
    databaseUrl: api.databaseUrl,
    storageUrl: pathToFileURL(api.store).href,
    incoming: api.incoming,
    modelUrls: models.map(({ url }) => url),
    modelHosts: [],
    limits: defaultLimits,
    logLevel: 'silent',
  });
});
afterAll(async () => {
  await worker?.close();
  await Promise.all(models.map((model) => model.close()));
  await api?.close();
});

test('what is found in frames and in a transcript is listed with the video, by its second there', async () => {
  const ready = async () => (await listCurrentModels(api.db)).filter(({ state }) => state === 'ready');
  await expect.poll(ready, { timeout: 50_000 }).toHaveLength(models.length);
  const auth = await api.signIn();
  const form = new FormData();
  for (const { name } of models) form.append('models', name);
  const video = await readFile(join(checkout.root, 'samples/clip.mp4'));
  form.append('objects', new Blob([video]), 'clip.mp4');
  const sent = await fetch(`${api.url}/model/predict`, { method: 'POST', headers: auth, body: form });
  expect(sent.status, await sent.clone().text()).toBe(202);
  const { objects } = (await sent.json()) as { objects: { sha256: string }[] };
  const ask = async (hash: string | undefined, headers = auth) => {
    const input = encodeURIComponent(JSON.stringify([hash]));
    const answer = await fetch(`${api.url}/trpc/predictions.byHash?input=${input}`, { headers });
    const { result } = (await answer.json()) as { result: { data: ObjectResults[] } };
    const [entry] = result.data;
    return entry?.found ? entry.derived : undefined;
  };
  const root = objects[0]?.sha256;
  await expect.poll(async () => (await ask(root))?.hitCount, { timeout: 30_000 }).toBe(4);
  const found = await ask(root);
  const hit = (model: string, start: number, end = start) => expect.objectContaining({ model, time: { start, end } });
  expect(found).toEqual({
    objects: 4,
    hits: [hit('names', 2, 2.5), hit('faces', 3.5), hit('faces', 8), hit('faces', 11)],
    hitCount: 4,
    more: false,
  });
  expect(found?.hits[0]).toMatchObject({ mediaType: 'text', label: 'person', text: 'Dashwood', score: null });
  // A recording has its own clock.
  const [transcript, frame] = [found?.hits[0]?.sha256, found?.hits[1]?.sha256];
  expect(await ask(frame)).toEqual({ objects: 0, hits: [], hitCount: 0, more: false });
  const family = await fetch(
    `${api.url}/trpc/objects.family?input=${encodeURIComponent(JSON.stringify({ hash: transcript }))}`,
    { headers: auth },
  );
  const { result } = (await family.json()) as { result: { data: { origins: { parent: string }[] } } };
  const sound = result.data.origins[0]?.parent;
  expect(await ask(sound)).toMatchObject({ objects: 1, hits: [{ model: 'names', time: { start: 1, end: 1.5 } }] });
  // Asked together, each is placed for itself; the old route says the same beside its own keys.
  const together = await fetch(`${api.url}/model/results`, {
    method: 'POST',
    headers: auth,
    body: JSON.stringify([sound, root]),
  });
  expect(await together.json()).toMatchObject([
    { type: 'audio', derived: { hits: [{ time: { start: 1, end: 1.5 } }] } },
    { type: 'video', derived: { hits: [{ time: { start: 2, end: 2.5 } }, {}, {}, {}] } },
  ]);
  const stranger = await api.addPerson('investigator');
  expect(await ask(root, stranger.headers)).toBeUndefined();
}, 120_000);
