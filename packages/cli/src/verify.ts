import { createReadStream } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  type ChainLink,
  countUnsealed,
  type Db,
  listCheckpoints,
  readChain,
  readCheckpointKey,
  recordActs,
} from '@assay/db';
import { formatBytes, formatCountOf } from '@assay/shared';
import { openStore } from '@assay/storage';
import { type Config, readConfig } from './config.ts';
import { listenForStop } from './stop-signal.ts';
import { openTerminal } from './terminal.ts';
import { UsageFault } from './usage-fault.ts';
import { ChainWalk } from './verify/chain.ts';
import { checkCheckpoints, readCheckpoints } from './verify/checkpoints.ts';
import type { Finding } from './verify/finding.ts';
import { describeCaller, withDatabase } from './verify/house.ts';
import { checkObjects, type ObjectsDone } from './verify/objects.ts';
import { checkResults, checkUnsealed } from './verify/results.ts';

interface VerifyOptions {
  only?: string[];
  records?: string;
  checkpoints?: string;
  publicKey?: string[];
  rate?: string;
  resume?: boolean;
  json?: boolean;
}

const parts = ['chain', 'results', 'objects'] as const;
type Part = (typeof parts)[number];

const pageSize = 2_000;
// What is sealed within a second, and has waited for this long, is not being sealed.
const sealedWithin = 60;

/** 0: all is as it was. 1: something is not, and was named. 2: nothing could be checked. 130: interrupted. */
export async function verify(options: VerifyOptions, env: NodeJS.ProcessEnv): Promise<0 | 1 | 2 | 130> {
  try {
    return await new Verification(options, readConfig(env)).run();
  } catch (error) {
    if (!(error instanceof UsageFault)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

/** One check of all that was asked for. */
class Verification {
  readonly #options: VerifyOptions;
  readonly #config: Config;
  readonly #terminal = openTerminal(process.stderr);
  readonly #stop = listenForStop(() => process.exit(130));
  readonly #findings: Finding[] = [];
  readonly #notes: string[] = [];
  readonly #counts = { records: 0, checkpoints: 0, results: 0, objects: 0, bytes: 0 };

  constructor(options: VerifyOptions, config: Config) {
    this.#options = options;
    this.#config = config;
  }

  async run(): Promise<0 | 1 | 130> {
    const wanted = this.#wanted();
    const { records } = this.#options;
    if (records) await this.#walk(readLines(records), []);
    else
      await withDatabase(this.#config, async (db) => {
        if (wanted.has('chain') || wanted.has('results')) await this.#checkTrail(db, wanted);
        if (wanted.has('objects') && !this.#stop.aborted) await this.#checkStore(db);
        await this.#putDown(db, wanted);
      });
    this.#sum();
    if (this.#stop.aborted) return 130;
    return this.#findings.length > 0 ? 1 : 0;
  }

  /** That it was checked, and what came of it. A database that can only be read is checked all the same. */
  async #putDown(db: Db, wanted: Set<Part>): Promise<void> {
    const details = { parts: [...wanted], ...this.#counts, wrong: this.#findings.length, ended: !this.#stop.aborted };
    try {
      await recordActs(db, [{ by: null, act: 'verify', details: { ...describeCaller(), ...details } }]);
    } catch (error) {
      this.#notes.push(`That it was checked could not be put down on the trail: ${(error as Error).message}`);
    }
  }

  #wanted(): Set<Part> {
    const asked = this.#options.only ?? [...parts];
    const unknown = asked.find((part) => !(parts as readonly string[]).includes(part));
    if (unknown !== undefined) throw new UsageFault(`--only takes some of ${parts.join(', ')}; ${unknown} is none`);
    return new Set(asked as Part[]);
  }

  readonly #report = (finding: Finding) => {
    this.#findings.push(finding);
    const { name, message } = finding;
    this.#terminal.progress('');
    process.stdout.write(this.#options.json ? `${JSON.stringify(finding)}\n` : `${name} ${message}\n`);
  };

  async #checkTrail(db: Db, wanted: Set<Part>): Promise<void> {
    const signed = await listCheckpoints(db);
    await this.#walk(
      linksOf(db),
      signed.map((checkpoint) => ({ ...checkpoint, where: 'in the database' })),
      wanted.has('results') ? db : undefined,
    );
    if (this.#stop.aborted) return;
    const late = await countUnsealed(db, sealedWithin);
    if (late > 0)
      this.#notes.push(`${formatCountOf(late, 'record')} wait for a place in the chain: is a worker running?`);
    if (!wanted.has('results')) return;
    const before = await checkUnsealed(db, this.#report);
    if (before > 0)
      this.#notes.push(`${formatCountOf(before, 'result')} or more are from before there was an audit trail`);
  }

  async #walk(
    links: AsyncIterable<ChainLink>,
    signed: Awaited<ReturnType<typeof readCheckpoints>>,
    db?: Db,
  ): Promise<void> {
    const folder = this.#options.checkpoints ?? this.#config.audit.checkpointDir;
    const kept = [...signed, ...(await readCheckpoints(resolve(folder), this.#report))];
    const walk = new ChainWalk(
      this.#report,
      kept.map(({ place }) => place),
    );
    for await (const link of links) {
      if (this.#stop.aborted) return;
      const record = walk.add(link);
      this.#counts.records += 1;
      if (db && record?.act === 'results') this.#counts.results += await checkResults(db, record, this.#report);
      if (this.#counts.records % pageSize === 0) this.#terminal.progress(`${this.#counts.records} records…`);
    }
    const trusted = this.#options.publicKey ?? (await this.#findOwnKey());
    if (trusted.length === 0 && kept.length > 0)
      this.#notes.push(
        `Nobody vouches for ${kept[0]?.publicKey}, which signed the checkpoints: name the key with --public-key`,
      );
    checkCheckpoints(kept, walk, { trusted, report: this.#report });
    this.#counts.checkpoints = kept.length;
  }

  async #findOwnKey(): Promise<string[]> {
    const { key, keyFile } = this.#config.audit;
    const pem = key ?? (await readFile(keyFile, 'utf8').catch(() => undefined)); // none here: then none counts
    return pem === undefined ? [] : [readCheckpointKey(pem).publicKey];
  }

  async #checkStore(db: Db): Promise<void> {
    const stateFile = join(this.#config.dataDir, 'verify.json');
    const isResumed = this.#options.resume === true;
    const begun = isResumed ? await readState(stateFile) : undefined;
    for (const finding of begun?.findings ?? []) this.#report(finding);
    const store = await openStore(this.#config.storageUrl, this.#config);
    let kept = performance.now();
    let done = begun ?? { after: 0, objects: 0, bytes: 0, findings: [] };
    try {
      done = await checkObjects(done, {
        db,
        store,
        rate: readRate(this.#options.rate),
        signal: this.#stop,
        report: this.#report,
        onDone: async (now) => {
          if (performance.now() - kept < 1000) return;
          kept = performance.now();
          this.#terminal.progress(`${formatCountOf(now.objects, 'object')}, ${formatBytes(now.bytes)}…`);
          await writeFile(stateFile, JSON.stringify(now));
        },
      });
    } finally {
      await store.close();
    }
    Object.assign(this.#counts, { objects: done.objects, bytes: done.bytes });
    if (!this.#stop.aborted) return rm(stateFile, { force: true });
    await writeFile(stateFile, JSON.stringify(done));
    this.#notes.push('Interrupted: --resume goes on with the objects that are left');
  }

  #sum(): void {
    const wrong = this.#findings.length;
    const { records, checkpoints, results, objects, bytes } = this.#counts;
    this.#terminal.progress('');
    if (this.#options.json) {
      const summary = { ...this.#counts, wrong, notes: this.#notes };
      process.stdout.write(`${JSON.stringify({ summary })}\n`);
      return;
    }
    const looked = [
      ...[formatCountOf(records, 'record'), formatCountOf(checkpoints, 'checkpoint'), formatCountOf(results, 'result')],
      `${formatCountOf(objects, 'object')} (${formatBytes(bytes)})`,
    ].join(', ');
    for (const note of this.#notes) process.stdout.write(`${note}.\n`);
    const verdict = wrong === 0 ? 'All is as it was' : `${formatCountOf(wrong, 'thing')} wrong`;
    process.stdout.write(`${verdict}: ${looked} checked.\n`);
  }
}

async function* linksOf(db: Db): AsyncIterable<ChainLink> {
  for await (const page of readChain(db)) yield* page;
}

/** Lines end where JSON can't: readline would end them within a text, at U+2028. */
async function* readLines(path: string): AsyncIterable<ChainLink> {
  let rest = '';
  for await (const chunk of createReadStream(path, 'utf8')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield readLine(path, line);
  }
  if (rest !== '') yield readLine(path, rest);
}

function readLine(path: string, line: string): ChainLink {
  try {
    return JSON.parse(line);
  } catch {
    throw new UsageFault(`${path} is no export of the audit trail: a line of it is no JSON`);
  }
}

async function readState(path: string): Promise<ObjectsDone | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined); // nothing was interrupted
  return text === undefined ? undefined : JSON.parse(text);
}

const units: Record<string, number> = { '': 1, K: 1e3, M: 1e6, G: 1e9 };

function readRate(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMG]?)B?$/i.exec(text) ?? [];
  const rate = Number(number) * (units[unit.toUpperCase()] ?? 1);
  if (!(rate > 0)) throw new UsageFault(`--rate takes bytes a second, such as 20MB; ${text} is none`);
  return rate;
}
