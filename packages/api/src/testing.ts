import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Db, openDatabase, openQueue, recordModelEndpoint, replaceConfiguredModels, upsertModel } from '@assay/db';
import { createTestDatabase } from '@assay/db/testing';
import { defaultLimits, type Limits, type MediaType, manifestSchema } from '@assay/shared';
import type { ApiConfig } from './config.ts';
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
  /** `authorization` of somebody who is signed in. */
  signIn(): Promise<{ authorization: string }>;
  /** Models that can be chosen. Nothing answers at their addresses. */
  addModels(models: Record<string, MediaType[]>): Promise<void>;
  /** Stops it and starts it again at the same address. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export const administrator = { username: 'ada', password: 'correct horse battery' };

/** The API as it is, on a database and a store of its own. */
export async function startTestApi(
  options: { limits?: Partial<Limits>; admin?: boolean; storageUrl?: string } = {},
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
    logLevel: 'silent',
    webRoot,
    admin: options.admin === false ? undefined : administrator,
  };
  let api = await startApi(config);
  const { url } = api;
  const { db, close } = openDatabase(database.url, { connections: 2 });
  return {
    url,
    db,
    databaseUrl: database.url,
    store,
    incoming,
    secret,
    async signIn() {
      const answer = await fetch(`${url}/api/auth/sign-in/username`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(administrator),
      });
      return { authorization: `Bearer ${answer.headers.get('set-auth-token')}` };
    },
    async addModels(models) {
      const urlOf = (name: string) => `http://127.0.0.1:9/${name}`;
      await replaceConfiguredModels(db, Object.keys(models).map(urlOf));
      const queue = await openQueue(database.url, () => {});
      for (const [name, accepts] of Object.entries(models)) {
        const manifest = manifestSchema.parse({ protocol: 'assay/1', name, version: '1.0.0', accepts });
        const modelId = await upsertModel(db, manifest);
        await recordModelEndpoint(db, urlOf(name), { state: 'ready', detail: null, modelId });
        await queue.ensure(name, 60);
      }
      await queue.close();
    },
    async restart() {
      await api.close();
      api = await startApi({ ...config, port: Number(new URL(url).port) });
    },
    async close() {
      await api.close();
      await close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
