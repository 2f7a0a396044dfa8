import { createHash, randomUUID } from 'node:crypto';
import { type KeyScope, uploadAnswerSchema } from '@assay/shared';
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
  'investigator without the case',
  'reader',
  'contributor',
  'manager',
  'administrator',
  'key for nothing',
  'key:upload',
  'key:read',
  'key:judge',
  'key:models:register',
  'key for the case',
  'key for another case',
] as const;
type Asker = (typeof askers)[number];

const secret = { text: 'Nobody may read of the blue harbour.', fileName: 'secret-harbour.txt' };
const sha256 = createHash('sha256').update(secret.text).digest('hex');
/** Of the case that the secret is in, and of its members. The keys are the contributor's. */
const within = { name: 'Case of the blue harbour', id: '', run: '', prediction: '', member: '', bystander: '' };

interface Question {
  /** What follows the path. */
  query?: string;
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
const investigators: Asker[] = ['investigator without the case', 'reader', 'contributor', 'manager', 'administrator'];
const people: Asker[] = ['researcher', ...investigators];
const keysOfContributor: Asker[] = ['key for the case', 'key for another case'];
const uploaders: Asker[] = [...investigators, 'key:upload', ...keysOfContributor];
const readers: Asker[] = [...investigators, 'key:read', ...keysOfContributor];
/** Who sees the case. */
const insiders: Asker[] = [
  ...(['reader', 'contributor', 'manager'] as const),
  ...(['key:upload', 'key:read', 'key:judge', 'key for the case'] as const),
];
const judges: Asker[] = [...investigators, 'key:judge', ...keysOfContributor];
const registrars: Asker[] = ['administrator', 'key:models:register'];
const administrators: Asker[] = ['administrator'];

/** Insiders with the right get the status, others with the right 404. */
const inside = (who: readonly Asker[], status: number, ask: () => Question): Line => ({
  ask,
  expected: {
    ...only(who, 404).expected,
    ...Object.fromEntries(who.filter((asker) => insiders.includes(asker)).map((asker) => [asker, status])),
  } as Line['expected'],
});
/** The same; of the case's members, those who are not among `may` get 403. */
const insideFor = (may: readonly Asker[], who: readonly Asker[], status: number, ask: () => Question): Line => {
  const line = inside(who, 403, ask);
  for (const asker of may) if (who.includes(asker)) line.expected[asker] = status;
  return line;
};
const input = (value: () => unknown) => (): Question => ({
  query: `?input=${encodeURIComponent(JSON.stringify(value()))}`,
});
const late = (body: () => unknown) => (): Question => json(body())();
const ofCase = () => ({ id: within.id });
const contributors: Asker[] = ['contributor', 'manager', 'key:upload', 'key:judge', 'key for the case'];
const managers: Asker[] = ['manager'];

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
  'GET /api/auth/provider': everybody(200),
  'POST /api/auth/sign-in/provider': everybody(404, json({})),
  'POST /api/auth/link-provider': only(people, 404, json({})),
  'GET /api/auth/callback/oidc': everybody(404),
  // Of another type than JSON: the session that asks goes on.
  'POST /api/auth/sign-out': only(people, 415, () => ({ headers: { 'content-type': 'text/plain' }, body: 'x' })),
  'POST /model/predict': only(uploaders, 202, form),
  'POST /model/results': only(readers, 200, json([sha256])),
  'GET /model/list': only(known, 200),
  'POST /model/register': only(registrars, 400, json({})),
  'POST /objects/known': only(uploaders, 200, json([{ sha256, size: secret.text.length }])),
  'GET /objects/:hash/content': { ...inside(readers, 200, () => none), path: `/objects/${sha256}/content` },
  'GET /objects/export': only(readers, 200, () => ({ query: '?query=blue&of=predictions' })),
  'GET /objects/:hash/thumbnail': only(readers, 404, undefined, `/objects/${sha256}/thumbnail`),
  'GET /objects/:hash/poster': only(readers, 404, undefined, `/objects/${sha256}/poster`),
  'GET /objects/:hash/waveform': only(readers, 404, undefined, `/objects/${sha256}/waveform`),
  // Only what nobody here keeps secret.
  'GET /audit/export': only(administrators, 200, () => ({ query: '?act=set_up' })),
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
  'account.provider': only(people, 200),
  'account.unlinkProvider': only(people, 404, () => ({ headers: { 'content-type': 'application/json' } })),
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
  'audit.list': only(
    administrators,
    200,
    input(() => ({ filter: { act: 'set_up' } })),
  ),
  'audit.get': only(
    administrators,
    200,
    input(() => ({ id: '1' })),
  ),
  'audit.chain': only(administrators, 200),
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
  'objects.family': inside(
    readers,
    200,
    input(() => ({ hash: sha256 })),
  ),
  'objects.planDeletion': insideFor(
    managers,
    investigators,
    200,
    input(() => ({ hash: sha256, case: within.id })),
  ),
  // Of nothing, since what is deleted would be gone for the lines after this.
  'objects.delete': insideFor(
    managers,
    investigators,
    404,
    late(() => ({ hash: '0'.repeat(64), case: within.id, reason: 'not needed' })),
  ),
  'objects.retryPreview': inside(readers, 200, json({ hash: sha256, kind: 'thumbnail' })),
  'objects.search': only(
    readers,
    200,
    input(() => ({ query: 'blue' })),
  ),
  'objects.count': only(
    readers,
    200,
    input(() => ({ query: 'blue' })),
  ),
  'objects.facets': only(
    readers,
    200,
    input(() => ({ query: 'blue' })),
  ),
  'objects.suggest': only(
    readers,
    200,
    input(() => ({ of: null, prefix: 'si' })),
  ),
  'searches.list': only(readers, 200),
  'searches.save': only(readers, 200, json({ name: 'a', query: 'blue', sort: '-uploaded' })),
  'searches.remove': only(readers, 200, json({ id: randomUUID() })),
  'predictions.byHash': only(
    readers,
    200,
    input(() => [sha256]),
  ),
  'predictions.retry': insideFor(
    contributors,
    uploaders,
    409,
    late(() => ({ id: within.prediction })),
  ),
  'predictions.cancel': insideFor(
    contributors,
    uploaders,
    200,
    late(() => ({ id: within.prediction })),
  ),
  'predictions.runAgain': insideFor(
    contributors,
    uploaders,
    200,
    late(() => ({ id: within.prediction })),
  ),
  'runs.cancel': insideFor(
    contributors,
    uploaders,
    200,
    late(() => ({ id: within.run })),
  ),
  'runs.retry': insideFor(
    contributors,
    uploaders,
    200,
    late(() => ({ id: within.run })),
  ),
  'runs.runAgain': insideFor(
    contributors,
    uploaders,
    200,
    late(() => ({ id: within.run })),
  ),
  'runs.setPriority': insideFor(
    contributors,
    uploaders,
    200,
    late(() => ({ id: within.run, priority: 'high' })),
  ),
  'settings.blur': only(known, 200),
  'settings.chooseBlur': only(people, 200, json({ strength: 'light', grey: false })),
  'settings.setBlur': only(administrators, 200, json({ strength: 'medium', grey: true })),
  'webhooks.add': only(uploaders, 404, json({ run: randomUUID(), url: 'http://127.0.0.1:9/' })),
  'webhooks.remove': only(uploaders, 404, json({ id: randomUUID() })),
  'webhooks.sendAgain': only(uploaders, 404, json({ id: randomUUID() })),
  'webhooks.list': only(
    readers,
    404,
    input(() => ({ run: randomUUID() })),
  ),
  'runs.list': only(readers, 200),
  // A stream says 200 before its procedure is asked; what it then refuses is told in it (work-actions.test.ts).
  'runs.watch': only(
    known,
    200,
    input(() => ({ id: within.run })),
  ),
  'runs.get': inside(
    readers,
    200,
    input(() => ({ id: within.run })),
  ),
  'judging.of': inside(
    readers,
    200,
    input(() => ({ hash: sha256 })),
  ),
  'judging.words': inside(
    readers,
    200,
    input(() => ({ case: within.id })),
  ),
  'judging.precision': inside(
    readers,
    200,
    input(() => ({ case: within.id })),
  ),
  'judging.review': inside(
    readers,
    200,
    input(() => ({ case: within.id, query: 'blue' })),
  ),
  'judging.giveVerdict': insideFor(
    contributors,
    judges,
    200,
    late(() => ({ case: within.id, hash: sha256, verdict: 'relevant' })),
  ),
  'judging.judgePrediction': insideFor(
    contributors,
    judges,
    409,
    late(() => ({ case: within.id, prediction: within.prediction, verdict: 'right' })),
  ),
  'judging.tag': insideFor(
    contributors,
    judges,
    200,
    late(() => ({ case: within.id, hash: sha256, name: 'boat' })),
  ),
  'judging.untag': insideFor(
    contributors,
    judges,
    404,
    late(() => ({ case: within.id, hash: sha256, tag: randomUUID() })),
  ),
  'judging.undo': only(judges, 404, json({ id: '999999' })),
  'judging.addNote': insideFor(
    contributors,
    judges,
    200,
    late(() => ({ case: within.id, hash: sha256, text: 'Seen.' })),
  ),
  'judging.removeNote': only(judges, 404, json({ id: randomUUID() })),
  'judging.countMany': only(
    readers,
    200,
    input(() => ({ case: within.id, of: { query: 'blue' } })),
  ),
  'judging.judgeMany': insideFor(
    contributors,
    judges,
    200,
    late(() => ({ case: within.id, of: { query: 'blue' }, says: { verdict: null } })),
  ),
  'judging.undoMany': only(judges, 404, json({ id: 999_999 })),
  'judging.many': only(readers, 200),
  'judging.changeTag': insideFor(
    managers,
    investigators,
    404,
    late(() => ({ case: within.id, id: randomUUID(), name: 'boats' })),
  ),
  'judging.removeTag': insideFor(
    managers,
    investigators,
    404,
    late(() => ({ case: within.id, id: randomUUID() })),
  ),
  'judging.addVerdict': insideFor(
    managers,
    investigators,
    409,
    late(() => ({ case: within.id, name: 'relevant' })),
  ),
  'judging.removeVerdict': insideFor(
    managers,
    investigators,
    404,
    late(() => ({ case: within.id, name: 'never there' })),
  ),
  'cases.list': only(readers, 200),
  'cases.get': inside(readers, 200, input(ofCase)),
  'cases.create': only(investigators, 200, json({ name: 'One of my own' })),
  'cases.rename': insideFor(
    managers,
    investigators,
    200,
    late(() => ({ ...ofCase(), name: within.name })),
  ),
  'cases.archive': insideFor(managers, investigators, 200, late(ofCase)),
  'cases.unarchive': insideFor(managers, investigators, 200, late(ofCase)),
  'cases.hold': insideFor(managers, investigators, 200, late(ofCase)),
  'cases.release': insideFor(managers, investigators, 200, late(ofCase)),
  'cases.setIndependentReview': insideFor(
    managers,
    investigators,
    200,
    late(() => ({ ...ofCase(), on: false })),
  ),
  'cases.setRetention': insideFor(
    managers,
    investigators,
    200,
    late(() => ({ ...ofCase(), days: 30 })),
  ),
  'cases.addMember': insideFor(
    managers,
    investigators,
    409,
    late(() => ({ ...ofCase(), username: within.member, role: 'reader' })),
  ),
  'cases.changeMember': insideFor(
    managers,
    investigators,
    404,
    late(() => ({ ...ofCase(), userId: within.bystander, role: 'reader' })),
  ),
  'cases.removeMember': insideFor(
    managers,
    investigators,
    404,
    late(() => ({ ...ofCase(), userId: within.bystander })),
  ),
  'cases.all': only(administrators, 200),
  'cases.join': only(administrators, 404, json({ id: randomUUID(), role: 'reader' })),
};

let api: TestApi;
const headersOf = {} as Record<Asker, Record<string, string>>;

beforeAll(async () => {
  api = await startTestApi();
  await api.addModels({ names: ['text'] });
  // Nobody beats for it: whether it counts as alive would depend on when it is asked.
  await api.db.execute('delete from workers');
  const administrator = await api.signIn();
  const manager = await api.addPerson('investigator');
  const contributor = await api.addPerson('investigator');
  const reader = await api.addPerson('investigator');
  const bystander = await api.addPerson('investigator');
  const { id } = await api.mutate<{ id: string }>('cases.create', manager.headers, { name: within.name });
  for (const [{ username }, role] of [
    [contributor, 'contributor'],
    [reader, 'reader'],
  ] as const)
    await api.mutate('cases.addMember', manager.headers, { id, username, role });
  const elsewhere = await api.mutate<{ id: string }>('cases.create', contributor.headers, { name: 'Elsewhere' });
  const body = new FormData();
  body.append('models', 'names');
  body.append('case', id);
  body.append('objects', new Blob([secret.text]), secret.fileName);
  const uploaded = await fetch(`${api.url}/model/predict`, { method: 'POST', body, headers: contributor.headers });
  expect(uploaded.status).toBe(202);
  const { run, objects } = uploadAnswerSchema.parse(await uploaded.json());
  const prediction = objects[0]?.predictions[0]?.id ?? '';
  Object.assign(within, { id, run, prediction, member: manager.username, bystander: bystander.id });

  const gone = await api.addPerson('administrator');
  const keyOf = async (scopes: KeyScope[], cases?: string[]) =>
    (await api.makeKey(contributor.headers, scopes, cases)).headers;
  Object.assign(headersOf, {
    stranger: {},
    disabled: gone.headers,
    'key of disabled': (await api.makeKey(gone.headers, ['upload', 'read', 'judge', 'models:register'])).headers,
    researcher: (await api.addPerson('researcher')).headers,
    'investigator without the case': bystander.headers,
    reader: reader.headers,
    contributor: contributor.headers,
    manager: manager.headers,
    administrator,
    'key for nothing': await keyOf([]),
    'key:upload': await keyOf(['upload']),
    'key:read': await keyOf(['read']),
    'key:judge': await keyOf(['judge']),
    'key:models:register': (await api.makeKey(administrator, ['models:register'])).headers,
    'key for the case': await keyOf(['upload', 'read', 'judge'], [id]),
    'key for another case': await keyOf(['upload', 'read', 'judge'], [elsewhere.id]),
  } satisfies typeof headersOf);
  await api.mutate('people.disable', administrator, { id: gone.id });
});
afterAll(() => api.close());

/** What nobody but insiders reads in any answer, and insiders in no refusal. What the question says may come back. */
function secretsFor(asker: Asker, path: string, question: string): string[] {
  const contents = [secret.text, secret.fileName];
  if (insiders.includes(asker)) return contents;
  // Administrators know who has an account, and which cases there are.
  const outside =
    path === '/trpc/people.list' ? [] : path === '/trpc/cases.all' ? [within.run] : [...Object.values(within)];
  return [...contents, ...outside.filter((part) => part !== within.bystander && !question.includes(part))];
}

async function askAll(method: string, path: string, line: Line) {
  const cells = await Promise.all(
    askers.map(async (asker) => {
      const { headers, body, query = '' } = line.ask();
      const answer = await fetch(api.url + path + query, {
        method,
        body,
        headers: { ...headers, ...headersOf[asker] },
      });
      const text = await answer.text();
      if (answer.status >= 400 || !insiders.includes(asker))
        for (const part of secretsFor(asker, path, decodeURIComponent(`${path}${query}${body}`)))
          expect(text, `${asker} asking ${path}`).not.toContain(part);
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

/** Changes nothing that anybody answers for: a question, a person's own list, a picture that is made once more. */
const unrecorded = ['objects.known', 'searches.save', 'searches.remove', 'objects.retryPreview', 'settings.chooseBlur'];

const countRecords = async () => {
  const [row] = await api.db.execute<{ n: number }>('select count(*)::int as n from audit_records');
  return row?.n ?? 0;
};

test.each(Object.entries(procedures))('%s', async (name, line) => {
  const { type } =
    (appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>)[name]?._def ?? {};
  const method = type === 'mutation' ? 'POST' : 'GET';
  const before = await countRecords();
  const statuses = await askAll(method, `/trpc/${name}${line.path ?? ''}`, line);
  expect(statuses).toEqual(line.expected);
  if (type !== 'mutation') return;
  // Who asks for a change is on the trail, whether they were let or not; what can't be read at all is not.
  const heard = Object.values(statuses).filter((status) => status !== 401 && status !== 400);
  const refused = heard.filter((status) => status !== 200).length;
  // What is asked for a second time may change nothing.
  const done = heard.length > refused && !unrecorded.includes(name) ? 1 : 0;
  expect((await countRecords()) - before).toBeGreaterThanOrEqual(refused + done);
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
