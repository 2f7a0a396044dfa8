import { readdir, readFile } from 'node:fs/promises';
import type { House } from '@assay/cli/testing';
import { openDatabase } from '@assay/db';
import { sql } from 'drizzle-orm';
import { modelNames } from '../models.ts';
import type { PartEvent } from '../parts.ts';
import type { World } from '../world.ts';
import type { Violation } from './violation.ts';

/** A part that starts while its database is being killed may give up, and is started again. */
const startMilliseconds = 20_000;

/** Nothing of Assay ends without being told, whatever becomes of the rest. */
export function checkEnds(events: PartEvent[]): Violation[] {
  return events
    .filter(({ what, part }) => what === 'does not stop' || (what === 'ended by itself' && part !== 'flaky'))
    .filter((event) => !isStillborn(event, events))
    .map(({ part, what, at, detail }) => ({
      name: what.replaceAll(' ', '-'),
      detail: [`${part} at ${at}`, ...(detail ? [detail] : [])].join(': '),
    }));
}

function isStillborn({ part, what, at }: PartEvent, events: PartEvent[]): boolean {
  if (what !== 'ended by itself') return false;
  const began = events.findLast((event) => event.part === part && event.what === 'start' && event.at <= at)?.at ?? 0;
  const hadNoDatabase = events.some(
    (event) => event.part === 'postgres' && event.at > began - startMilliseconds && event.at <= at,
  );
  return at - began < startMilliseconds && hadNoDatabase;
}

/**
 * Stops the workers and the API, and looks for what they left: connections to the database and to the models, calls,
 * processes. The house's own connection is closed too.
 */
export async function stopAndLook(world: World): Promise<Violation[]> {
  const { parts, house, events, pids } = world;
  const before = events.length;
  const own = [...parts.values()].filter(({ name }) => name === 'api' || name.startsWith('worker'));
  await Promise.all(own.map((part) => part.act('stop')));
  const found = checkEnds(events.slice(before));
  for (const detail of await listConnections(house)) found.push({ name: 'connection-left', detail });
  for (const model of modelNames) {
    const open = await world.countOpen(model);
    if (open.calls + open.connections > 0)
      found.push({
        name: 'model-still-called',
        detail: `${model}: ${open.calls} calls, ${open.connections} connections`,
      });
  }
  const running = new Set(modelNames.map((name) => parts.get(name)?.pid));
  const left = [...pids].filter((pid) => !running.has(pid) && isAlive(pid));
  for (const pid of [...left, ...(await listHeirs(house.folder, [...running, process.pid, house.postgresPid()]))])
    found.push({ name: 'process-left', detail: String(pid) });
  return found;
}

/** Connections to the database other than the one that asks. */
async function listConnections(house: House): Promise<string[]> {
  await house.database.close();
  const { db, close } = openDatabase(house.databaseUrl, { connections: 1 });
  const rows = await db.execute<{ detail: string }>(sql`
    select concat_ws(' ', application_name, pid, left(query, 80)) as detail from pg_stat_activity
    where backend_type = 'client backend' and pid <> pg_backend_pid()`);
  await close();
  return rows.map(({ detail }) => detail);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Processes that have this Assay's folder in their environment, as its own children would. Linux only. */
async function listHeirs(folder: string, known: (number | undefined)[]): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const heirs: number[] = [];
  for (const pid of pids) {
    if (known.includes(pid)) continue;
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => ''); // it has ended
    if (environment.includes(`ASSAY_DATA_DIR=${folder}`)) heirs.push(pid);
  }
  return heirs;
}
