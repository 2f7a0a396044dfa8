import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageFault } from '../usage-fault.ts';

/** What the options of `assay ingest` say. */
export interface IngestOptions {
  models: string;
  url?: string;
  modelType?: string;
  case?: string;
  concurrency?: string;
  exclude?: string[];
  json?: boolean;
}

export interface IngestSettings {
  url: string;
  apiKey: string | undefined;
  /** Undefined: what is needed to sign in, as far as it is known. */
  token: string | undefined;
  username: string | undefined;
  password: string | undefined;
  concurrency: number;
  exclude: string[];
  json: boolean;
  /** Where uploads that were interrupted are remembered. */
  stateFolder: string;
}

const url = z.url({ protocol: /^https?$/, error: 'must be a URL such as http://localhost:5000' });

const schema = z.object({
  ASSAY_URL: url.default('http://localhost:5000'),
  ASSAY_API_KEY: z.string().optional(),
  ASSAY_TOKEN: z.string().optional(),
  ASSAY_USERNAME: z.string().optional(),
  ASSAY_PASSWORD: z.string().optional(),
  XDG_STATE_HOME: z.string().default(() => join(homedir(), '.local', 'state')),
  '--url': url.optional(),
  '--concurrency': z.coerce
    .number('must be a number')
    .int('must be whole')
    .min(1, 'is 1 to 64')
    .max(64, 'is 1 to 64')
    .default(4),
});

/** Throws a UsageFault that lists every fault. Empty variables count as unset. */
export function readSettings(env: NodeJS.ProcessEnv, options: IngestOptions): IngestSettings {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  const read = schema.safeParse({ ...set, '--url': options.url, '--concurrency': options.concurrency });
  if (!read.success)
    throw new UsageFault(read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('\n'));
  const { data } = read;
  return {
    url: (data['--url'] ?? data.ASSAY_URL).replace(/\/+$/, ''),
    apiKey: data.ASSAY_API_KEY,
    token: data.ASSAY_TOKEN,
    username: data.ASSAY_USERNAME,
    password: data.ASSAY_PASSWORD,
    concurrency: data['--concurrency'],
    exclude: options.exclude ?? [],
    json: options.json ?? false,
    stateFolder: join(data.XDG_STATE_HOME, 'assay', 'uploads'),
  };
}
