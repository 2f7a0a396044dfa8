import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ApiConfig } from '@assay/api';
import { readCheckpointKey, StartError } from '@assay/db';
import {
  defaultLimits,
  type Limits,
  parseHosts,
  passwordSchema,
  type SecondFactorPolicy,
  secondFactorPolicies,
  usernameSchema,
} from '@assay/shared';
import { parseStoreUrl } from '@assay/storage';
import { z } from 'zod';
import { type BundledModel, findBundledModels } from './bundled-models.ts';
import { checkout } from './checkout.ts';
import { chooseProvider, providerVariables } from './provider-config.ts';

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export interface Config {
  port: number;
  host: string;
  /** Undefined: the embedded database. */
  databaseUrl: string | undefined;
  logLevel: (typeof logLevels)[number];
  dataDir: string;
  /** Whether the operator named the data folder: then nothing of it is put elsewhere. */
  dataDirIsChosen: boolean;
  storageUrl: string;
  /** Where files come in that go to an s3: store. */
  incoming: string;
  bundledModels: BundledModel[];
  modelUrls: string[];
  /** Hosts besides this machine's own where models may be. Those of `modelUrls` are among them. */
  modelHosts: string[];
  /** Hosts besides this machine's own where webhooks may go. */
  webhookHosts: string[];
  /** For which a worker's predictions may go on when it is told to stop. */
  graceSeconds: number;
  /** Of each of a worker's threads; undefined: as the worker has it. MiB. */
  threadHeapMegabytes: number | undefined;
  limits: Limits;
  /** Undefined: kept in the data folder. */
  secret: string | undefined;
  secondFactor: SecondFactorPolicy;
  /** Where people sign in besides. */
  provider: ApiConfig['provider'];
  audit: { keyFile: string; key: string | undefined; checkpointDir: string; checkpointSeconds: number };
  /** Addresses and ranges of proxies whose X-Forwarded-For is believed. */
  trustedProxies: string[];
  admin: { username: string; password: string } | undefined;
  /** That a worker writes while it is at work. */
  beatFile: string | undefined;
}

const isUrl = (protocols: string[]) => (text: string) =>
  URL.canParse(text) && protocols.includes(new URL(text).protocol.slice(0, -1));

function isCheckpointKey(pem: string): boolean {
  try {
    readCheckpointKey(pem);
    return true;
  } catch {
    return false; // whatever is wrong with it
  }
}

/** Not all of the world: whoever is believed decides where everybody comes from. */
function isAddressOrRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) > 0 && Number(bits) <= (version === 4 ? 32 : 128))
  );
}

const listOf = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const wholeNumber = (of: string) => z.coerce.number(`must be a number of ${of}`).int('must be whole');
const limit = (of: string) => wholeNumber(of).positive('must be above 0').optional();

const hosts = z
  .string()
  .transform(listOf)
  .superRefine((hosts, context) => {
    try {
      parseHosts(hosts);
    } catch (error) {
      context.addIssue((error as Error).message);
    }
  });

const envSchema = z.object({
  PORT: z.coerce.number('must be a number').int().min(1, 'must be 1 to 65535').max(65_535, 'must be 1 to 65535'),
  HOST: z.string(),
  DATABASE_URL: z
    .string()
    .refine(isUrl(['postgres', 'postgresql']), 'must be a URL such as postgres://user:password@host:5432/assay')
    .optional(),
  LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(', ')}`),
  ASSAY_DATA_DIR: z.string(),
  ASSAY_STORAGE_URL: z
    .string()
    .superRefine((text, context) => {
      try {
        parseStoreUrl(text);
      } catch (error) {
        context.addIssue((error as Error).message);
      }
    })
    .optional(),
  ASSAY_BUNDLED_MODELS: z.string(),
  ASSAY_MODEL_URLS: z
    .string()
    .transform(listOf)
    .refine((urls) => urls.every(isUrl(['http', 'https'])), 'must be http or https URLs, separated by commas'),
  ASSAY_MODEL_HOSTS: hosts,
  ASSAY_WEBHOOK_HOSTS: hosts,
  ASSAY_GRACE_SECONDS: z.coerce.number('must be a number of seconds').nonnegative('must not be below 0').max(86_400),
  ASSAY_THREAD_HEAP_MB: wholeNumber('MiB').min(32, 'must be at least 32').optional(),
  ASSAY_MAX_FILE_BYTES: limit('bytes'),
  ASSAY_MAX_REQUEST_BYTES: limit('bytes'),
  ASSAY_MAX_FILES: limit('files'),
  ASSAY_MAX_FIELDS: limit('fields'),
  ASSAY_MAX_FIELD_BYTES: limit('bytes'),
  ASSAY_MAX_HEADER_BYTES: limit('bytes'),
  ASSAY_MIN_FREE_BYTES: wholeNumber('bytes').nonnegative('must not be below 0').optional(),
  ASSAY_IDLE_SECONDS: limit('seconds'),
  ASSAY_MIN_BYTES_PER_SECOND: limit('bytes'),
  ASSAY_MAX_DERIVATION_DEPTH: wholeNumber('steps').nonnegative('must not be below 0').optional(),
  ASSAY_MAX_FAN_OUT: limit('objects'),
  ASSAY_MAX_EMITTED_OBJECTS: limit('objects'),
  ASSAY_MAX_EMITTED_BYTES: limit('bytes'),
  ASSAY_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  ASSAY_AUDIT_KEY: z
    .string()
    .refine(isCheckpointKey, 'must be an Ed25519 private key in PEM (openssl genpkey -algorithm ed25519)')
    .optional(),
  ASSAY_AUDIT_KEY_FILE: z.string().optional(),
  ASSAY_CHECKPOINT_DIR: z.string().optional(),
  ASSAY_CHECKPOINT_SECONDS: z.coerce.number('must be a number of seconds').positive('must be above 0').max(86_400),
  ASSAY_TRUSTED_PROXIES: z
    .string()
    .transform(listOf)
    .refine(
      (proxies) => proxies.every(isAddressOrRange),
      'must be addresses or ranges such as 10.0.0.0/24, separated by commas',
    ),
  ASSAY_WORKER_BEAT_FILE: z.string().optional(),
  ASSAY_SECOND_FACTOR: z.enum(secondFactorPolicies, `must be one of ${secondFactorPolicies.join(', ')}`),
  ...providerVariables,
  ASSAY_ADMIN_USERNAME: usernameSchema.optional(),
  ASSAY_ADMIN_PASSWORD: passwordSchema.optional(),
});

const defaults = {
  PORT: '5000',
  HOST: '127.0.0.1',
  LOG_LEVEL: 'info',
  ASSAY_DATA_DIR: '.data',
  ASSAY_BUNDLED_MODELS: 'all',
  ASSAY_MODEL_URLS: '',
  ASSAY_MODEL_HOSTS: '',
  ASSAY_WEBHOOK_HOSTS: '',
  ASSAY_GRACE_SECONDS: '10',
  ASSAY_SECOND_FACTOR: 'optional',
  ASSAY_CHECKPOINT_SECONDS: '600',
  ASSAY_TRUSTED_PROXIES: '',
};

/** Reads the configuration, or throws a StartError that lists every fault, one a line. Empty variables count as unset. */
export function readConfig(env: Record<string, string | undefined>, modelsFolder: string = checkout.models): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const { data, error } = envSchema.safeParse({ ...defaults, ...set });
  const faults = error ? error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`) : [];
  if ((set.ASSAY_ADMIN_USERNAME === undefined) !== (set.ASSAY_ADMIN_PASSWORD === undefined)) {
    faults.push('ASSAY_ADMIN_USERNAME and ASSAY_ADMIN_PASSWORD must be set both or neither');
  }
  const known = findBundledModels(modelsFolder);
  const chosen = chooseModels(known, set.ASSAY_BUNDLED_MODELS ?? defaults.ASSAY_BUNDLED_MODELS);
  if (chosen.unknown.length > 0) {
    const names = known.map((model) => model.name).join(', ');
    faults.push(
      `ASSAY_BUNDLED_MODELS names unknown models: ${chosen.unknown.join(', ')} (all, none, or some of: ${names})`,
    );
  }
  if (data && chooseLimits(data).requestBytes < chooseLimits(data).fileBytes)
    faults.push('ASSAY_MAX_REQUEST_BYTES must not be below ASSAY_MAX_FILE_BYTES');
  const provider = data && chooseProvider(data, faults);
  if (!data || faults.length > 0) throw new StartError(`The configuration is not valid:\n  ${faults.join('\n  ')}`);

  const dataDir = resolve(checkout.root, data.ASSAY_DATA_DIR);
  const { ASSAY_ADMIN_USERNAME: username, ASSAY_ADMIN_PASSWORD: password } = data;
  return {
    port: data.PORT,
    host: data.HOST,
    databaseUrl: data.DATABASE_URL,
    logLevel: data.LOG_LEVEL,
    dataDir,
    dataDirIsChosen: set.ASSAY_DATA_DIR !== undefined,
    storageUrl: data.ASSAY_STORAGE_URL ?? pathToFileURL(join(dataDir, 'objects')).href,
    incoming: join(dataDir, 'incoming'),
    bundledModels: chosen.models,
    modelUrls: data.ASSAY_MODEL_URLS,
    modelHosts: [...data.ASSAY_MODEL_HOSTS, ...data.ASSAY_MODEL_URLS.map(hostOf)],
    webhookHosts: data.ASSAY_WEBHOOK_HOSTS,
    graceSeconds: data.ASSAY_GRACE_SECONDS,
    threadHeapMegabytes: data.ASSAY_THREAD_HEAP_MB,
    limits: chooseLimits(data),
    secret: data.ASSAY_SECRET,
    secondFactor: data.ASSAY_SECOND_FACTOR,
    provider,
    audit: {
      keyFile: resolve(checkout.root, data.ASSAY_AUDIT_KEY_FILE ?? join(dataDir, 'audit-key.pem')),
      key: data.ASSAY_AUDIT_KEY,
      checkpointDir: resolve(checkout.root, data.ASSAY_CHECKPOINT_DIR ?? join(dataDir, 'checkpoints')),
      checkpointSeconds: data.ASSAY_CHECKPOINT_SECONDS,
    },
    trustedProxies: data.ASSAY_TRUSTED_PROXIES,
    admin: username && password ? { username, password } : undefined,
    beatFile: data.ASSAY_WORKER_BEAT_FILE && resolve(checkout.root, data.ASSAY_WORKER_BEAT_FILE),
  };
}

const hostOf = (url: string) => new URL(url).hostname.replace(/^\[|\]$/g, '');

function chooseLimits(set: z.infer<typeof envSchema>): Limits {
  const fileBytes = set.ASSAY_MAX_FILE_BYTES ?? defaultLimits.fileBytes;
  return {
    ...defaultLimits,
    fileBytes,
    // Who allows larger files means requests that hold them too.
    requestBytes: set.ASSAY_MAX_REQUEST_BYTES ?? 2 * fileBytes,
    files: set.ASSAY_MAX_FILES ?? defaultLimits.files,
    fields: set.ASSAY_MAX_FIELDS ?? defaultLimits.fields,
    fieldBytes: set.ASSAY_MAX_FIELD_BYTES ?? defaultLimits.fieldBytes,
    headerBytes: set.ASSAY_MAX_HEADER_BYTES ?? defaultLimits.headerBytes,
    minFreeBytes: set.ASSAY_MIN_FREE_BYTES ?? defaultLimits.minFreeBytes,
    idleSeconds: set.ASSAY_IDLE_SECONDS ?? defaultLimits.idleSeconds,
    minBytesPerSecond: set.ASSAY_MIN_BYTES_PER_SECOND ?? defaultLimits.minBytesPerSecond,
    derivations: {
      depth: set.ASSAY_MAX_DERIVATION_DEPTH ?? defaultLimits.derivations.depth,
      fanOut: set.ASSAY_MAX_FAN_OUT ?? defaultLimits.derivations.fanOut,
      objects: set.ASSAY_MAX_EMITTED_OBJECTS ?? defaultLimits.derivations.objects,
      bytes: set.ASSAY_MAX_EMITTED_BYTES ?? defaultLimits.derivations.bytes,
    },
  };
}

function chooseModels(known: BundledModel[], wish: string): { models: BundledModel[]; unknown: string[] } {
  if (wish.trim() === 'all') return { models: known, unknown: [] };
  if (wish.trim() === 'none') return { models: [], unknown: [] };
  const names = listOf(wish);
  return {
    models: known.filter((model) => names.includes(model.name)),
    unknown: names.filter((name) => !known.some((model) => model.name === name)),
  };
}
