import { createHash, randomUUID } from 'node:crypto';
import type { Express } from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApp } from './app.ts';
import { appRouter } from './router.ts';
import { createServer } from './server.ts';
import { startTestApi, type TestApi } from './testing.ts';

/*
 * Who gets which answer from every route and procedure there is. A new one without a line here fails the test, and so
 * does a line for one that is gone.
 */
const askers = [
  'stranger',
  'disabled',
  'key of disabled',
  'researcher',
  'investigator',
  'administrator',
  'key for nothing',
  'key:upload',
  'key:read',
  'key:models:register',
] as const;
type Asker = (typeof askers)[number];

const secret = { text: 'Nobody may read of the blue harbour.', fileName: 'secret-harbour.txt' };
const sha256 = createHash('sha256').update(secret.text).digest('hex');

interface Question {
  headers?: Record<string, string>;
  body?: string | FormData;
}
interface Line {
  ask: () => Question;
  /** In the place of the route's own, where it has parameters. */
  path?: string;
  expected: Record<Asker, number>;
}

const none: Question = {};
const json = (body: unknown) => (): Question => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const everybody = (status: number, ask = () => none, path?: string): Line => ({
  ask,
  path,
  expected: Object.fromEntries(askers.map((asker) => [asker, status])) as Line['expected'],
});
const unknown: Asker[] = ['stranger', 'disabled', 'key of disabled'];
/** Those get the status; whom nobody knows gets 401, and everybody else 403. */
const only = (who: readonly Asker[], status: number, ask = () => none, path?: string): Line => ({
  ask,
  path,
  expected: Object.fromEntries(
    askers.map((asker) => [asker, who.includes(asker) ? status : unknown.includes(asker) ? 401 : 403]),
  ) as Line['expected'],
});

const known = askers.filter((asker) => !unknown.includes(asker));
const people: Asker[] = ['researcher', 'investigator', 'administrator'];
const investigators: Asker[] = ['investigator', 'administrator'];
const uploaders: Asker[] = [...investigators, 'key:upload'];
const readers: Asker[] = [...investigators, 'key:read'];
const registrars: Asker[] = ['administrator', 'key:models:register'];
const administrators: Asker[] = ['administrator'];

function form(): Question {
  const body = new FormData();
  body.append('models', 'names');
  body.append('objects', new Blob([`${randomUUID()} is a text.`]), 'a.txt');
  return { body };
}
const tusHeaders = {
  'tus-resumable': '1.0.0',
  'upload-length': '5',
  'upload-metadata': `filename ${btoa('a.txt')},models ${btoa('names')}`,
};
const oneTus = `/upload/tus/${randomUUID()}`;
const nobody = { id: 'nobody' };

const routes: Record<string, Line> = {
  'GET /healthz': everybody(200),
  'GET /readyz': everybody(503),
  'GET /': everybody(200),
  'GET /index.html': everybody(200),
  'POST /api/auth/sign-in/username': everybody(400, json({})),
  'POST /api/auth/set-up': everybody(401, json({ token: 'x', username: 'mallory', password: 'a password of hers' })),
  'POST /api/auth/link': everybody(404, json({ token: 'x' })),
  'POST /api/auth/accept-invitation': everybody(404, json({ token: 'x', username: 'eve', password: 'a password' })),
  'POST /api/auth/choose-password': everybody(404, json({ token: 'x', password: 'a password of mine' })),
  'POST /api/auth/two-factor/verify-totp': everybody(400, json({})),
  'POST /api/auth/two-factor/verify-backup-code': everybody(400, json({})),
  // Of another type than JSON: the session that asks goes on.
  'POST /api/auth/sign-out': only(people, 415, () => ({ headers: { 'content-type': 'text/plain' }, body: 'x' })),
  'POST /model/predict': only(uploaders, 202, form),
  'POST /model/results': only(readers, 200, json([sha256])),
  'GET /model/list': only(known, 200),
  'POST /model/register': only(registrars, 400, json({})),
  'POST /objects/known': only(uploaders, 200, json([{ sha256, size: secret.text.length }])),
  'GET /objects/:hash/content': only(readers, 200, undefined, `/objects/${sha256}/content`),
  'GET /objects/:hash/thumbnail': only(readers, 404, undefined, `/objects/${sha256}/thumbnail`),
  'GET /objects/:hash/poster': only(readers, 404, undefined, `/objects/${sha256}/poster`),
  'GET /objects/:hash/waveform': only(readers, 404, undefined, `/objects/${sha256}/waveform`),
  'OPTIONS /upload/tus': only(uploaders, 204),
  'POST /upload/tus': only(uploaders, 201, () => ({ headers: tusHeaders })),
  'HEAD /upload/tus/:id': only(uploaders, 404, undefined, oneTus),
  'PATCH /upload/tus/:id': only(uploaders, 404, undefined, oneTus),
  'GET /upload/tus/:id': only(uploaders, 404, undefined, oneTus),
  'DELETE /upload/tus/:id': only(uploaders, 404, undefined, oneTus),
};

const procedures: Record<string, Line> = {
  'session.me': only(known, 200),
  'account.sessions': only(people, 200),
  'account.endSession': only(people, 404, json(nobody)),
  'account.endOtherSessions': only(people, 200, () => ({ headers: { 'content-type': 'application/json' } })),
  'account.changePassword': only(people, 400, json({})),
  'account.beginSecondFactor': only(people, 400, json({})),
  'account.endSecondFactor': only(people, 400, json({})),
  'account.makeBackupCodes': only(people, 400, json({})),
  'keys.list': only(people, 200),
  'keys.make': only(people, 200, json({ name: 'figures', scopes: [], days: 1 })),
  'keys.revoke': only(people, 404, json(nobody)),
  'people.list': only(administrators, 200),
  'people.invite': only(administrators, 200, json({ role: 'researcher' })),
  'people.revokeInvitation': only(administrators, 404, json({ id: randomUUID() })),
  'people.setRole': only(administrators, 404, json({ ...nobody, role: 'administrator' })),
  'people.disable': only(administrators, 404, json(nobody)),
  'people.enable': only(administrators, 404, json(nobody)),
  'people.removeSecondFactor': only(administrators, 404, json(nobody)),
  'people.resetPassword': only(administrators, 404, json(nobody)),
  'models.list': only(known, 200),
  'models.seen': only(known, 200),
  'models.addresses': only(registrars, 200),
  'models.register': only(registrars, 400, json({})),
  'models.removeAddress': only(registrars, 400, json({})),
  'models.cancel': only(administrators, 404, json({ model: 'nothing' })),
  'models.retry': only(administrators, 404, json({ model: 'nothing' })),
  'models.runAgain': only(administrators, 404, json({ model: 'nothing' })),
  'models.resume': only(administrators, 404, json({ model: 'nothing' })),
  'objects.known': only(uploaders, 200, json([{ sha256, size: secret.text.length }])),
  'objects.family': only(readers, 200, undefined, `?input=${encodeURIComponent(JSON.stringify({ hash: sha256 }))}`),
  'objects.retryPreview': only(readers, 200, json({ hash: sha256, kind: 'thumbnail' })),
  'objects.search': only(readers, 200, undefined, `?input=${encodeURIComponent(JSON.stringify({ query: 'blue' }))}`),
  'objects.facets': only(readers, 200, undefined, `?input=${encodeURIComponent(JSON.stringify({ query: 'blue' }))}`),
  'objects.suggest': only(
    readers,
    200,
    undefined,
    `?input=${encodeURIComponent(JSON.stringify({ of: null, prefix: 'si' }))}`,
  ),
  'searches.list': only(readers, 200),
  'searches.save': only(readers, 200, json({ name: 'a', query: 'blue', sort: '-uploaded' })),
  'searches.remove': only(readers, 200, json({ id: randomUUID() })),
  'predictions.byHash': only(readers, 200, undefined, `?input=${encodeURIComponent(JSON.stringify([sha256]))}`),
  'predictions.retry': only(uploaders, 404, json({ id: randomUUID() })),
  'predictions.cancel': only(uploaders, 404, json({ id: randomUUID() })),
  'predictions.runAgain': only(uploaders, 404, json({ id: randomUUID() })),
  'runs.cancel': only(uploaders, 404, json({ id: randomUUID() })),
  'runs.retry': only(uploaders, 404, json({ id: randomUUID() })),
  'runs.runAgain': only(uploaders, 404, json({ id: randomUUID() })),
  'runs.setPriority': only(uploaders, 404, json({ id: randomUUID(), priority: 'high' })),
  'webhooks.add': only(uploaders, 404, json({ run: randomUUID(), url: 'http://127.0.0.1:9/' })),
  'webhooks.remove': only(uploaders, 404, json({ id: randomUUID() })),
  'webhooks.sendAgain': only(uploaders, 404, json({ id: randomUUID() })),
  'webhooks.list': only(readers, 404, undefined, `?input=${encodeURIComponent(JSON.stringify({ run: randomUUID() }))}`),
  'runs.list': only(readers, 200),
  // A stream says 200 before its procedure is asked; what it then refuses is told in it (work-actions.test.ts).
  'runs.watch': only(known, 200, undefined, `?input=${encodeURIComponent(JSON.stringify({ id: randomUUID() }))}`),
  'runs.get': only(readers, 404, undefined, `?input=${encodeURIComponent(JSON.stringify({ id: randomUUID() }))}`),
};

let api: TestApi;
const headersOf = {} as Record<Asker, Record<string, string>>;

beforeAll(async () => {
  api = await startTestApi();
  await api.addModels({ names: ['text'] });
  // Nobody beats for it: whether it counts as alive would depend on when it is asked.
  await api.db.execute('delete from workers');
  const administrator = await api.signIn();
  const body = new FormData();
  body.append('models', 'names');
  body.append('objects', new Blob([secret.text]), secret.fileName);
  const uploaded = await fetch(`${api.url}/model/predict`, { method: 'POST', body, headers: administrator });
  expect(uploaded.status).toBe(202);

  const gone = await api.addPerson('administrator');
  Object.assign(headersOf, {
    stranger: {},
    disabled: gone.headers,
    'key of disabled': (await api.makeKey(gone.headers, ['upload', 'read', 'models:register'])).headers,
    researcher: (await api.addPerson('researcher')).headers,
    investigator: (await api.addPerson('investigator')).headers,
    administrator,
    'key for nothing': (await api.makeKey(administrator, [])).headers,
    'key:upload': (await api.makeKey(administrator, ['upload'])).headers,
    'key:read': (await api.makeKey(administrator, ['read'])).headers,
    'key:models:register': (await api.makeKey(administrator, ['models:register'])).headers,
  } satisfies typeof headersOf);
  await api.mutate('people.disable', administrator, { id: gone.id });
});
afterAll(() => api.close());

async function askAll(method: string, path: string, line: Line) {
  const cells = await Promise.all(
    askers.map(async (asker) => {
      const { headers, body } = line.ask();
      const answer = await fetch(api.url + path, { method, body, headers: { ...headers, ...headersOf[asker] } });
      const text = await answer.text();
      if (answer.status >= 400) for (const part of [secret.text, secret.fileName]) expect(text).not.toContain(part);
      return [asker, answer.status] as const;
    }),
  );
  return Object.fromEntries(cells);
}

test('every route of Express has its line', async () => {
  const app = await openApp(api.config);
  try {
    expect(listRoutes(await createServer(app)).sort()).toEqual(Object.keys(routes).sort());
  } finally {
    await app.close();
  }
});

test('every procedure has its line', () => {
  expect(Object.keys(appRouter._def.procedures).sort()).toEqual(Object.keys(procedures).sort());
});

test.each(Object.entries(routes))('%s', async (route, line) => {
  const [method = '', path = ''] = route.split(' ');
  expect(await askAll(method, line.path ?? path, line)).toEqual(line.expected);
});

test.each(Object.entries(procedures))('%s', async (name, line) => {
  const { type } =
    (appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>)[name]?._def ?? {};
  const method = type === 'mutation' ? 'POST' : 'GET';
  expect(await askAll(method, `/trpc/${name}${line.path ?? ''}`, line)).toEqual(line.expected);
});

interface Layer {
  route?: { path: string | string[]; methods: Record<string, boolean> };
  handle: { stack?: Layer[] };
}

function listRoutes(server: Express): string[] {
  const walk = (layers: Layer[]): string[] =>
    layers.flatMap(({ route, handle }) => {
      if (!route) return walk(handle.stack ?? []);
      const methods = Object.keys(route.methods).map((method) => method.toUpperCase());
      return [route.path].flat().flatMap((path) => methods.map((method) => `${method} ${path}`));
    });
  return walk((server as unknown as { router: { stack: Layer[] } }).router.stack);
}
