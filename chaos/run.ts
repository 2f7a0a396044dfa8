import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { checkAttempts, checkCrowds, isBurnt } from './checks/attempts.ts';
import { checkEnds, stopAndLook } from './checks/processes.ts';
import { checkRows } from './checks/rows.ts';
import { checkStore, checkUploads } from './checks/uploads.ts';
import type { Evidence, Violation } from './checks/violation.ts';
import { cancelRun, type Sent, sendUpload } from './client.ts';
import { makeDice } from './dice.ts';
import { keepHistory, readHistory } from './history.ts';
import { type JournalLine, type ModelName, modelNames } from './models.ts';
import { type Act, makePlan, type PlannedUpload } from './plan.ts';
import { settle, waitForModels } from './settle.ts';
import { readJournal, startWorld, type World } from './world.ts';

export interface ChaosReport {
  seed: number;
  seconds: number;
  /** From the last death to the last result. */
  settleSeconds: number;
  deaths: Record<string, number>;
  uploads: Record<Sent['outcome'], number>;
  files: number;
  predictions: Record<string, number>;
  /** Calls that models got. */
  calls: number;
  attemptsBurnt: number;
  violations: Violation[];
  /** Where errors and journals are kept, when there are violations. */
  folder: string | undefined;
}

export interface ChaosOptions {
  seed: number;
  seconds: number;
  tell(line: string): void;
  /** Aborted: it ends at once, and says nothing of what it saw. */
  signal?: AbortSignal;
  /** Called with what the checks look at, after they have; the parts still run. */
  onChecked?(evidence: Evidence): Promise<void>;
}

/** Runs all of Assay while the plan of this seed is done to it, and says which promises were broken. */
export async function runChaos({ seed, seconds, tell, signal, onChecked }: ChaosOptions): Promise<ChaosReport> {
  const plan = makePlan(seed, seconds);
  const world = await startWorld();
  let keep = false;
  try {
    const { house, events } = world;
    const { db } = house.database;
    await waitForModels(world, signal);
    await keepHistory(db);
    const headers = await house.signIn();
    tell(`It runs; now ${seconds} s of ${plan.length} acts`);
    const sent = await carryOut(plan, world, headers, signal);
    const began = performance.now();
    tell('Everything runs again; waiting for the work to settle');
    await waitForModels(world, signal);
    const violations = await settle(world, headers, tell, signal);
    const calm = await sendUpload(house.url, headers, makeCalmUpload(seed));
    violations.push(...(await settle(world, headers, tell, signal)), ...(await checkCalm(world, calm)));
    const settleSeconds = Math.round((performance.now() - began) / 1000);
    tell('Settled; checking');
    const evidence = await gather(world, [...sent, calm]);
    violations.push(...(await check(evidence)));
    const report = await describe(evidence);
    await onChecked?.(evidence);
    const deathsBefore = events.length;
    violations.push(...checkEnds(events.slice(0, deathsBefore)), ...(await stopAndLook(world)));
    keep = violations.length > 0;
    return { seed, seconds, settleSeconds, ...report, violations, folder: keep ? world.folder : undefined };
  } finally {
    await world.close({ keep });
  }
}

/** Does what the plan says at its time; resolves when all of it is done and answered. */
async function carryOut(
  plan: Act[],
  { house, parts }: World,
  headers: Record<string, string>,
  signal?: AbortSignal,
): Promise<Sent[]> {
  const began = performance.now();
  const uploads: Promise<Sent>[] = [];
  const others: (Promise<void> | undefined)[] = [];
  for (const act of plan) {
    await wait(Math.max(0, began + act.at * 1000 - performance.now()), undefined, { ...(signal && { signal }) });
    if (act.do === 'upload') uploads.push(sendUpload(house.url, headers, act.upload));
    else if (act.do === 'cancel') others.push(cancelRun(house.url, headers, act.run));
    else others.push(parts.get(act.part)?.act(act.do));
  }
  await Promise.all(others);
  return Promise.all(uploads);
}

function makeCalmUpload(seed: number): PlannedUpload {
  const dice = makeDice(seed + 2);
  const files = ['calm 1.txt', 'calm 2.txt', 'calm 3.txt'].map((name) => ({
    ...{ name, size: 300 },
    seed: 2 ** 30 + dice.whole(1, 2 ** 29),
  }));
  return { run: dice.uuid(), models: [...modelNames], files };
}

/** What comes after the storm goes as if there had been none. */
async function checkCalm({ house }: World, { run, outcome, status }: Sent): Promise<Violation[]> {
  if (outcome !== 'accepted') return [{ name: 'calm-upload-refused', detail: String(status) }];
  const rows = await house.database.db.execute<{ detail: string }>(sql`
    select concat_ws(' ', p.id, p.state, p.attempts, p.reason) as detail from predictions p
    join run_predictions rp on rp.prediction_id = p.id where rp.run_id = ${run} and p.state <> 'succeeded'`);
  return rows.map(({ detail }) => ({ name: 'calm-upload-failed', detail }));
}

async function gather(world: World, sent: Sent[]): Promise<Evidence> {
  const { house, events } = world;
  const { db } = house.database;
  const journals = new Map<ModelName, JournalLine[]>();
  for (const model of modelNames) journals.set(model, await readJournal(world, model));
  return { db, storageUrl: house.storageUrl, sent, events: [...events], history: await readHistory(db), journals };
}

/** Every promise that can be looked at while Assay runs. */
export async function check(evidence: Evidence): Promise<Violation[]> {
  return [
    ...(await checkRows(evidence)),
    ...(await checkUploads(evidence)),
    ...(await checkStore(evidence)),
    ...checkAttempts(evidence),
    ...checkCrowds(evidence),
  ];
}

async function describe({ db, events, sent, history, journals }: Evidence) {
  const states = await db.execute<{ state: string; n: number }>(
    sql`select state, count(*)::int as n from predictions group by state order by state`,
  );
  const deaths = Map.groupBy(
    events.filter(({ what }) => what !== 'start'),
    ({ part, what }) => `${part}: ${what}`,
  );
  const count = (outcome: Sent['outcome']) => sent.filter((each) => each.outcome === outcome).length;
  return {
    deaths: Object.fromEntries([...deaths].map(([name, own]) => [name, own.length])),
    uploads: { accepted: count('accepted'), refused: count('refused'), unknown: count('unknown') },
    files: sent.reduce((sum, { files }) => sum + files.length, 0),
    predictions: Object.fromEntries(states.map(({ state, n }) => [state, n])),
    calls: [...journals.values()].flat().filter(({ what }) => what === 'began').length,
    attemptsBurnt: history.filter(isBurnt).length,
  };
}
