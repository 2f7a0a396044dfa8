import { delimiter } from 'node:path';
import { dieWithParent, type EmbeddedPostgres } from '@assay/db';
import type { BundledModel } from './bundled-models.ts';
import { checkout } from './checkout.ts';
import type { ChildSpec } from './child.ts';

type Env = Record<string, string | undefined>;

/** The database gets what time the others leave it: it writes its memory to the disk. */
export function postgresChild(server: EmbeddedPostgres): ChildSpec {
  return { name: 'postgres', ...server, stopSignal: 'SIGINT', graceMs: Number.POSITIVE_INFINITY };
}

// What only Assay's own processes may know or be steered by: secrets, addresses, and npm's own variables.
const kept = /^(?:ASSAY_|AWS_|npm_|DATABASE_URL$|LOG_LEVEL$|PORT$|HOST$|NODE_OPTIONS$|INIT_CWD$)/i;

/** The environment without what is Assay's own: for other people's code. */
export function openToOthers(env: Env): Env {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !kept.test(name)));
}

/** A bundled model on its port: its own command line in its own folder, with the pinned Node first in PATH. */
export function modelChild(model: BundledModel, port: number, env: Env): ChildSpec {
  const path = `${checkout.binaries}${delimiter}${env.PATH ?? ''}`;
  const [command, args] = dieWithParent('/bin/sh', ['-c', `exec ${model.start}`], 'KILL');
  return {
    name: model.name,
    command,
    args,
    cwd: model.folder,
    env: { ...openToOthers(env), PATH: path, HOST: '127.0.0.1', PORT: String(port) },
    stopSignal: 'SIGTERM',
    graceMs: 400,
    ...(model.python && { leaveOutCode: 2 }),
  };
}

// The worker gives what it has in hand 1.5 s to end, and hands the rest back; the API cuts off who is still sending.
const graceMs = { api: 1200, worker: 2600 };

/** `assay api` or `assay worker`. Secrets travel in the environment: a command line can be read by every user. */
export function ownChild(name: 'api' | 'worker', env: Env): ChildSpec {
  const [command, args] = dieWithParent(process.execPath, [checkout.main, name], 'KILL');
  return { name, command, args, cwd: checkout.root, env, stopSignal: 'SIGTERM', graceMs: graceMs[name] };
}
