import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultLimits } from '@assay/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkout } from './checkout.ts';
import { readConfig } from './config.ts';

let models: string;

beforeAll(async () => {
  models = await mkdtemp(join(tmpdir(), 'assay-models-'));
  for (const name of ['one', 'two', 'kit']) await mkdir(join(models, name));
  for (const name of ['one', 'two']) {
    await writeFile(
      join(models, name, 'model.json'),
      JSON.stringify({ name, version: '1.0.0', start: 'node server.ts' }),
    );
  }
});
afterAll(() => rm(models, { recursive: true }));

const read = (env: Record<string, string>) => readConfig(env, models);
const names = (env: Record<string, string>) => read(env).bundledModels.map((model) => model.name);

test('nothing set: the defaults', () => {
  expect(read({ PORT: '', DATABASE_URL: ' ' })).toEqual({
    port: 5000,
    host: '127.0.0.1',
    databaseUrl: undefined,
    logLevel: 'info',
    dataDir: join(checkout.root, '.data'),
    dataDirIsChosen: false,
    storageUrl: new URL('.data/objects', `file://${checkout.root}`).href,
    incoming: join(checkout.root, '.data/incoming'),
    bundledModels: ['one', 'two'].map((name) => ({
      name,
      folder: join(models, name),
      start: 'node server.ts',
      python: false,
    })),
    modelUrls: [],
    modelHosts: [],
    webhookHosts: [],
    limits: defaultLimits,
    secret: undefined,
    secondFactor: 'optional',
    provider: undefined,
    audit: {
      keyFile: join(checkout.root, '.data/audit-key.pem'),
      key: undefined,
      checkpointDir: join(checkout.root, '.data/checkpoints'),
      checkpointSeconds: 600,
    },
    trustedProxies: [],
    graceSeconds: 10,
    admin: undefined,
  });
});

test('every fault is listed at once, one a line', () => {
  const env = {
    PORT: '70000',
    DATABASE_URL: 'mysql://x',
    LOG_LEVEL: 'loud',
    ASSAY_STORAGE_URL: 's3://localhost:9000/bucket',
    ASSAY_BUNDLED_MODELS: 'one,three',
    ASSAY_MODEL_URLS: 'http://a:1,ftp://b',
    ASSAY_MODEL_HOSTS: 'models.internal,10.0.0.0/33',
    ASSAY_MAX_FILE_BYTES: '-1',
    ASSAY_SECRET: 'short',
    ASSAY_ADMIN_PASSWORD: 'tiny',
  };
  expect(() => read(env)).toThrow(
    [
      'The configuration is not valid:',
      'PORT must be 1 to 65535',
      'DATABASE_URL must be a URL such as postgres://user:password@host:5432/assay',
      'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent',
      'ASSAY_STORAGE_URL must start with the bucket, s3://bucket: the server goes into ?endpoint=http://host:port',
      'ASSAY_MODEL_URLS must be http or https URLs, separated by commas',
      'ASSAY_MODEL_HOSTS 10.0.0.0/33 is not a range: behind the / are 0 to 32 bits',
      'ASSAY_MAX_FILE_BYTES must be above 0',
      'ASSAY_SECRET must have at least 32 characters',
      'ASSAY_ADMIN_PASSWORD must have at least 10 characters',
      'ASSAY_ADMIN_USERNAME and ASSAY_ADMIN_PASSWORD must be set both or neither',
      'ASSAY_BUNDLED_MODELS names unknown models: three (all, none, or some of: one, two)',
    ].join('\n  '),
  );
});

test('proxies are addresses and ranges, and never everybody', () => {
  expect(read({ ASSAY_TRUSTED_PROXIES: '10.0.0.1, fd00::/8' }).trustedProxies).toEqual(['10.0.0.1', 'fd00::/8']);
  for (const bad of ['proxy.internal', '10.0.0.0/33', '0.0.0.0/0', '::/0', '10.0.0.1/x', '10.0.0.1/8/8', 'true'])
    expect(() => read({ ASSAY_TRUSTED_PROXIES: bad })).toThrow('ASSAY_TRUSTED_PROXIES must be addresses or ranges');
});

test('the key of checkpoints is an Ed25519 key', () => {
  const pem = (type: 'ed25519' | 'x25519') =>
    generateKeyPairSync(type as 'ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  expect(read({ ASSAY_AUDIT_KEY: pem('ed25519') }).audit.key).toMatch('PRIVATE KEY');
  for (const bad of ['x', pem('x25519')])
    expect(() => read({ ASSAY_AUDIT_KEY: bad })).toThrow('ASSAY_AUDIT_KEY must be an Ed25519 private key');
});

test('bundled models: all, none, or names', () => {
  expect(names({ ASSAY_BUNDLED_MODELS: 'all' })).toEqual(['one', 'two']);
  expect(names({ ASSAY_BUNDLED_MODELS: 'none' })).toEqual([]);
  expect(names({ ASSAY_BUNDLED_MODELS: ' two ,' })).toEqual(['two']);
});

test('limits: requests grow with the files that are allowed, and can’t be smaller', () => {
  const { limits } = read({ ASSAY_MAX_FILE_BYTES: '1000', ASSAY_MIN_FREE_BYTES: '0', ASSAY_MAX_FILES: '3' });
  expect(limits).toEqual({ ...defaultLimits, fileBytes: 1000, requestBytes: 2000, minFreeBytes: 0, files: 3 });
  expect(() => read({ ASSAY_MAX_FILE_BYTES: '1000', ASSAY_MAX_REQUEST_BYTES: '999' })).toThrow(
    'ASSAY_MAX_REQUEST_BYTES must not be below ASSAY_MAX_FILE_BYTES',
  );
});

test('a bucket as the store, with files coming in on this machine', () => {
  const url = 's3://evidence/unit-7?endpoint=http://10.0.0.7:9000';
  const config = read({ ASSAY_STORAGE_URL: url, ASSAY_DATA_DIR: '/srv/assay' });
  expect(config).toMatchObject({ storageUrl: url, incoming: '/srv/assay/incoming' });
});

test('further models and the administrator', () => {
  const config = read({
    ASSAY_MODEL_URLS: 'http://a:1, https://b/x',
    ASSAY_MODEL_HOSTS: 'c, 10.0.0.0/24',
    ASSAY_WEBHOOK_HOSTS: 'hooks.example, fd00::/64',
    ASSAY_ADMIN_USERNAME: 'ada',
    ASSAY_ADMIN_PASSWORD: 'correct horse',
  });
  expect(config.modelUrls).toEqual(['http://a:1', 'https://b/x']);
  expect(config.webhookHosts).toEqual(['hooks.example', 'fd00::/64']);
  expect(config.modelHosts).toEqual(['c', '10.0.0.0/24', 'a', 'b']);
  expect(config.admin).toEqual({ username: 'ada', password: 'correct horse' });
});

test('a provider to sign in at is named whole, by https, with its secret in the environment or a file', async () => {
  const file = join(models, 'client-secret');
  await writeFile(file, 'from a file\n');
  const named = { ASSAY_OIDC_ISSUER: 'https://id.police.example', ASSAY_OIDC_CLIENT_ID: 'assay' };
  expect(read({ ...named, ASSAY_OIDC_CLIENT_SECRET_FILE: file }).provider).toEqual({
    ...{ issuer: 'https://id.police.example', clientId: 'assay', clientSecret: 'from a file' },
    ...{ name: 'id.police.example', scopes: [], linkByEmail: false },
    signUp: { domains: [], claim: undefined, role: 'researcher' },
  });
  const chosen = {
    ...{ ASSAY_OIDC_CLIENT_SECRET: 'x', ASSAY_OIDC_NAME: 'The Police', ASSAY_OIDC_SCOPES: 'groups' },
    ...{ ASSAY_OIDC_DOMAINS: 'Police.example, lab.example', ASSAY_OIDC_CLAIM: 'groups=assay=yes' },
    ...{ ASSAY_OIDC_ROLE: 'investigator', ASSAY_OIDC_LINK: 'email' },
  };
  expect(read({ ...named, ...chosen }).provider).toMatchObject({
    ...{ name: 'The Police', scopes: ['groups'], linkByEmail: true },
    signUp: {
      domains: ['police.example', 'lab.example'],
      claim: { name: 'groups', value: 'assay=yes' },
      role: 'investigator',
    },
  });
  for (const [env, fault] of [
    [named, /must be set all or none/],
    [{ ...named, ASSAY_OIDC_CLIENT_SECRET_FILE: '/no/such/file' }, /SECRET_FILE can’t be read/],
    [{ ASSAY_OIDC_ISSUER: 'http://id.police.example' }, /ASSAY_OIDC_ISSUER must be the https URL/],
    [{ ASSAY_OIDC_DOMAINS: 'grace@police.example' }, /ASSAY_OIDC_DOMAINS must be domains/],
    [{ ASSAY_OIDC_CLAIM: 'groups' }, /ASSAY_OIDC_CLAIM must be a claim and its value/],
    [{ ASSAY_OIDC_ROLE: 'chief' }, /ASSAY_OIDC_ROLE must be one of/],
  ] as const)
    expect(() => read(env)).toThrow(fault);
});
