import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type ClaimedPrediction,
  claimPredictions,
  type Db,
  type Ending,
  findModel,
  finishIn,
  finishPredictions,
  followDerivations,
  insertDerivations,
  insertObjects,
  insertWorker,
  Line,
  lockParent,
  openDatabase,
  openQueue,
  recordModelEndpoint,
  replaceConfiguredModels,
  upsertModel,
  type WorkQueue,
} from '@assay/db';
import { createTestDatabase } from '@assay/db/testing';
import {
  type Answer,
  defaultLimits,
  type KeyScope,
  type Limits,
  type MediaType,
  manifestSchema,
  type ObjectFacts,
  type Role,
  type SecondFactorPolicy,
} from '@assay/shared';
import type { ApiConfig, ProviderConfig } from './config.ts';
import { startApi } from './main.ts';

export interface TestApi {
  url: string;
  db: Db;
  databaseUrl: string;
  /** Folder of the object store, where no other store was asked for. */
  store: string;
  /** Folder where files come in that go to an `s3:` store. */
  incoming: string;
  secret: string;
  config: ApiConfig;
  /** `authorization` of somebody who is signed in: the administrator, or who is named. */
  signIn(person?: { username: string; password: string }): Promise<{ authorization: string }>;
  /** Invites somebody with this role, who makes an account. */
  addPerson(
    role: Role,
    /** Of the administrator who invites. */
    by?: Record<string, string>,
  ): Promise<{ id: string; username: string; password: string; headers: { authorization: string } }>;
  /** A key that the person with these headers makes. */
  makeKey(
    headers: Record<string, string>,
    scopes: KeyScope[],
    /** Ids of the only ones that it is good for. */
    cases?: string[],
  ): Promise<{ id: string; headers: { 'x-api-key': string } }>;
  /** The answer of a procedure that changes something. Throws what it refuses. */
  mutate<T>(procedure: string, headers: Record<string, string>, input?: unknown): Promise<T>;
  /** Models that can be chosen, by name with what they accept. Nothing answers at their addresses. */
  addModels(
    models: Record<string, MediaType[]>,
    version?: string,
    /** What those make that make anything. */
    emits?: Record<string, MediaType[]>,
  ): Promise<void>;
  /** Takes what waits for the model into hand, as a worker does. */
  claim(model: string, most?: number): Promise<ClaimedPrediction[]>;
  /** Writes what came of what is in hand. Returns the ids of those that still were. */
  finish(endings: Ending[]): Promise<Set<string>>;
  /** Writes a result with the objects that the model made besides, which other models of its runs are given then. */
  emit(claimed: ClaimedPrediction, answer: Answer, made: { bytes: Uint8Array; facts: ObjectFacts }[]): Promise<void>;
  /** Stops it and starts it again at the same address. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export const administrator = { username: 'ada', password: 'correct horse battery' };

export const postJson = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });

/** The API as it is, on a database and a store of its own. */
export async function startTestApi(
  options: {
    limits?: Partial<Limits>;
    admin?: boolean;
    storageUrl?: string;
    secondFactor?: SecondFactorPolicy;
    trustedProxies?: string[];
    provider?: ProviderConfig;
  } = {},
): Promise<TestApi> {
  const database = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'assay-test-api-'));
  const store = join(folder, 'objects');
  const incoming = join(folder, 'incoming');
  const webRoot = join(folder, 'web');
  await mkdir(webRoot);
  await writeFile(join(webRoot, 'index.html'), '<meta name="csp-nonce" content="__CSP_NONCE__">');
  const secret = 'a secret of at least thirty-two characters';
  const config: ApiConfig = {
    host: '127.0.0.1',
    port: 0,
    databaseUrl: database.url,
    storageUrl: options.storageUrl ?? pathToFileURL(store).href,
    incoming,
    limits: { ...defaultLimits, minFreeBytes: 0, ...options.limits },
    secret,
    secondFactor: options.secondFactor ?? 'optional',
    trustedProxies: options.trustedProxies ?? [],
    provider: options.provider,
    logLevel: 'silent',
    webRoot,
    admin: options.admin === false ? undefined : administrator,
  };
  let api = await startApi(config);
  const { url } = api;
  const opened = openDatabase(database.url, { connections: 2 });
  const { db, close } = opened;
  const workerId = randomUUID();
  let queue: WorkQueue | undefined;
  const openOnce = async () => {
    if (queue) return queue;
    queue = await openQueue(database.url, opened, () => {});
    return queue;
  };
  let begun: Promise<void> | undefined;
  const beWorker = async () => {
    begun ??= insertWorker(db, { id: workerId, host: 'a-worker', pid: 1 });
    await begun;
    return openOnce();
  };
  let made = 0;
  const signIn = async (person = administrator) => {
    const answer = await postJson(`${url}/api/auth/sign-in/username`, person);
    return { authorization: `Bearer ${answer.headers.get('set-auth-token')}` };
  };
  const mutate = async <T>(procedure: string, headers: Record<string, string>, input?: unknown): Promise<T> => {
    const answer = await postJson(`${url}/trpc/${procedure}`, input, headers);
    const body = (await answer.json()) as { result?: { data: T }; error?: { message: string } };
    if (!answer.ok) throw new Error(`${procedure} answered ${answer.status}: ${body.error?.message}`);
    return body.result?.data as T;
  };
  return {
    url,
    db,
    databaseUrl: database.url,
    store,
    incoming,
    secret,
    config,
    signIn,
    async addPerson(role, by) {
      const { token } = await mutate<{ token: string }>('people.invite', by ?? (await signIn()), { role });
      const person = { username: `${role}-${++made}`, password: 'three words that no one guesses' };
      const answer = await postJson(`${url}/api/auth/accept-invitation`, { token, ...person });
      if (!answer.ok) throw new Error(`The invitation was refused: ${await answer.text()}`);
      const { user } = (await answer.json()) as { user: { id: string } };
      return { ...person, id: user.id, headers: { authorization: `Bearer ${answer.headers.get('set-auth-token')}` } };
    },
    async makeKey(headers, scopes, cases) {
      const wish = { name: scopes.join(' ') || 'figures', scopes, cases, days: 1 };
      const { id, key } = await mutate<{ id: string; key: string }>('keys.make', headers, wish);
      return { id, headers: { 'x-api-key': key } };
    },
    mutate,
    async addModels(models, version = '1.0.0', emits = {}) {
      const urlOf = (name: string) => `http://127.0.0.1:9/${name}`;
      await replaceConfiguredModels(db, Object.keys(models).map(urlOf));
      const queue = await openOnce();
      for (const [name, accepts] of Object.entries(models)) {
        const manifest = manifestSchema.parse({ protocol: 'assay/1', name, version, accepts, emits: emits[name] });
        const modelId = await upsertModel(db, manifest);
        await recordModelEndpoint(db, urlOf(name), { state: 'ready', detail: null, modelId });
        await queue.ensure(modelId);
      }
    },
    async claim(model, most = 100) {
      const [found] = await findModel(db, model);
      return claimPredictions(db, await beWorker(), { modelId: found?.id ?? 0, workerId, most });
    },
    finish: async (endings) => finishPredictions(db, await beWorker(), workerId, endings),
    async emit(claimed, answer, made) {
      for (const { bytes, facts } of made) {
        await mkdir(join(store, facts.sha256.slice(0, 2)), { recursive: true });
        await writeFile(join(store, facts.sha256.slice(0, 2), facts.sha256), bytes);
      }
      const queue = await beWorker();
      await db.transaction(async (tx) => {
        const facts = made.map((each) => each.facts);
        const rows = await insertObjects(tx, null, facts);
        await lockParent(tx, claimed.objectId);
        await finishIn(tx, queue, workerId, [{ ...claimed, kind: 'succeeded', answer }]);
        const derived = facts.map(({ sha256 }, i) => {
          const { id = 0, place = 0 } = rows.get(sha256) ?? {};
          return { childId: id, place, label: `part ${i}` };
        });
        await insertDerivations(tx, { predictionId: claimed.id, parentId: claimed.objectId }, derived);
        const following = { line: new Line(), limits: config.limits.derivations };
        for (const [modelId, jobs] of await followDerivations(tx, [claimed.id], following))
          await queue.send(tx, modelId, jobs);
      });
    },
    async restart() {
      await api.close();
      api = await startApi({ ...config, port: Number(new URL(url).port) });
    },
    async close() {
      await api.close();
      await queue?.close();
      await close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
