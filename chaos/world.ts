import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type House, startHouse } from '@assay/cli/testing';
import { findFreePort } from '@assay/db';
import { type JournalLine, type ModelName, modelNames } from './models.ts';
import { type Part, type PartEvent, ProcessPart } from './parts.ts';
import { type PartName, workerNames } from './plan.ts';

/** Assay in parts, with four models and three workers, all of which run. */
export interface World {
  house: House;
  parts: ReadonlyMap<PartName, Part>;
  /** What happened to the parts, in order. */
  events: PartEvent[];
  /** Where the parts' errors and the models' journals are. */
  folder: string;
  journalOf(model: ModelName): string;
  /** Calls and connections that a model has. */
  countOpen(model: ModelName): Promise<{ calls: number; connections: number }>;
  /** Every process that ran. */
  pids: Set<number>;
  /** Ends all of it, whatever state it is in; removes what it wrote, unless it is to be kept. */
  close(options: { keep: boolean }): Promise<void>;
}

const modelProgram = fileURLToPath(new URL('./model.ts', import.meta.url));
/** A worker that is told to stop lets go soon. */
const graceSeconds = '2';

export async function startWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-chaos-'));
  const journalOf = (model: ModelName) => join(folder, `${model}.journal`);
  const taken = new Set<number>();
  const ports = new Map<ModelName, number>();
  for (const model of modelNames) {
    const port = await findFreePort(undefined, taken);
    taken.add(port);
    ports.set(model, port);
  }
  const urls = [...ports.values()].map((port) => `http://127.0.0.1:${port}`);
  const house = await startHouse(
    urls,
    { ASSAY_GRACE_SECONDS: graceSeconds, ASSAY_MIN_FREE_BYTES: '0' },
    { log: join(folder, 'parts.log') },
  );
  const events: PartEvent[] = [];
  const pids = new Set<number>();
  const tell = (event: PartEvent) => void events.push(event);
  const remember = (child: ChildProcess) => {
    if (child.pid) pids.add(child.pid);
    return child;
  };
  const models = new Map(
    modelNames.map((name) => {
      const args = [name, String(ports.get(name)), journalOf(name)];
      return [name, new ProcessPart(name, () => remember(fork(modelProgram, args)), tell)];
    }),
  );
  const all: Part[] = [
    postgresPart(house, tell),
    new ProcessPart('api', () => remember(house.spawn(['api'])), tell),
    ...workerNames.map((name) => new ProcessPart(name, () => remember(house.startWorker()), tell)),
    ...models.values(),
  ];
  await Promise.all(all.map((part) => part.act('start')));
  return {
    house,
    parts: new Map(all.map((part) => [part.name, part])),
    events,
    folder,
    pids,
    journalOf,
    async countOpen(model) {
      const child = models.get(model)?.child;
      if (!child) return { calls: 0, connections: 0 };
      const answer = once(child, 'message');
      child.send('count');
      const [counts] = await answer;
      return counts as { calls: number; connections: number };
    },
    async close({ keep }) {
      await Promise.all(all.filter(({ name }) => name !== 'postgres').map((part) => part.act('stop')));
      await house.stop({ keep });
      if (!keep) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a model wrote down of its calls. */
export async function readJournal({ journalOf }: World, model: ModelName): Promise<JournalLine[]> {
  const text = await readFile(journalOf(model), 'utf8').catch(() => ''); // it was never called
  return text.split('\n').flatMap((line) => (line ? (JSON.parse(line) as JournalLine) : []));
}

function postgresPart(house: House, tell: (event: PartEvent) => void): Part {
  let isUp = true;
  let before: Promise<void> = Promise.resolve();
  const act = async (what: 'start' | 'kill' | 'stop') => {
    if (isUp === (what === 'start')) return;
    tell({ part: 'postgres', what, at: Date.now() });
    if (what === 'start') await house.startPostgres();
    else if (what === 'kill') await house.killPostgres();
    else await house.stopPostgres();
    isUp = what === 'start';
  };
  return {
    name: 'postgres',
    get pid() {
      return isUp ? house.postgresPid() : undefined;
    },
    act(what) {
      before = before.then(() => act(what));
      return before;
    },
  };
}
