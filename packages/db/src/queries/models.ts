import type { Manifest, MediaType, ModelState } from '@assay/shared';
import { and, eq, inArray, sql } from 'drizzle-orm';
import semver from 'semver';
import { type Db, planned } from '../client.ts';
import { modelEndpoints, models } from '../schema/model.ts';

/** Records a model at a version; its manifest is kept as last read. Returns its number. */
export async function upsertModel(db: Db, manifest: Manifest): Promise<number> {
  const { name, version } = manifest;
  const rows = await db
    .insert(models)
    .values({ name, version, manifest })
    .onConflictDoUpdate({ target: [models.name, models.version], set: { manifest } })
    .returning({ id: models.id });
  const [row] = rows;
  if (!row) throw new Error(`Model ${name} ${version} could not be recorded`);
  return row.id;
}

/** The model at this version, or at each. */
export function findModel(db: Db, name: string, version?: string) {
  const atVersion = version === undefined ? undefined : eq(models.version, version);
  return db
    .select({ id: models.id, name: models.name, version: models.version })
    .from(models)
    .where(and(eq(models.name, name), atVersion));
}

/** How a model stands: the best of its endpoints. One that no worker has looked at lately counts as offline. */
export interface ModelStanding {
  id: number;
  name: string;
  version: string;
  manifest: Manifest;
  state: ModelState;
  detail: string | null;
  stateSince: Date;
}

// The order in which an endpoint is preferred to others of the same model.
const preference: ModelState[] = ['ready', 'busy', 'starting', 'failed', 'offline'];

const state = sql<ModelState>`case
  when ${modelEndpoints.checkedAt} is null or ${modelEndpoints.checkedAt} > now() - interval '60 seconds'
  then ${modelEndpoints.state} else 'offline' end`;

/** Every model that has an endpoint, with the newest version of each name that can take work, or else the newest. */
export async function listCurrentModels(
  db: Db,
  filter: { names?: string[]; type?: MediaType | undefined } = {},
): Promise<ModelStanding[]> {
  const rows = await db
    .select({
      id: models.id,
      name: models.name,
      version: models.version,
      manifest: models.manifest,
      state,
      detail: modelEndpoints.detail,
      stateSince: modelEndpoints.stateSince,
    })
    .from(models)
    .innerJoin(modelEndpoints, eq(modelEndpoints.modelId, models.id))
    .where(
      and(
        filter.names ? inArray(models.name, filter.names) : undefined,
        filter.type ? sql`${models.manifest} -> 'accepts' ? ${filter.type}` : undefined,
      ),
    );
  return pickCurrent(rows).sort((a, b) => a.name.localeCompare(b.name));
}

type Ranked = Pick<ModelStanding, 'name' | 'version' | 'state'>;

function pickCurrent<T extends Ranked>(standings: T[]): T[] {
  const current = new Map<string, T>();
  for (const each of standings.toSorted(byPreference)) if (!current.has(each.name)) current.set(each.name, each);
  return [...current.values()];
}

/** Tells of a model's version to which newer one new work goes; null: to none. */
export async function findNewerVersions(db: Db): Promise<(name: string, version: string) => string | null> {
  const rows = await db
    .select({ name: models.name, version: models.version, state })
    .from(models)
    .innerJoin(modelEndpoints, planned(sql`${modelEndpoints.modelId} = ${models.id}`));
  const newest = new Map(pickCurrent(rows).map(({ name, version }) => [name, version]));
  return (name, version) => {
    const to = newest.get(name);
    return to && semver.gt(to, version) ? to : null;
  };
}

/** Why an address is among those where models are. */
export type AddressOrigin = 'bundled' | 'configured' | 'registered';

/** Where a model is, or should be, reached, and how it was there at the last look. */
export interface ModelAddress {
  url: string;
  origin: AddressOrigin;
  /** What answered there last; null until something did. */
  model: { id: number; name: string; version: string } | null;
  state: ModelState;
  detail: string | null;
  stateSince: Date;
}

const origin = sql<AddressOrigin>`case
  when ${modelEndpoints.bundledAs} is not null then 'bundled'
  when ${modelEndpoints.registeredBy} is not null then 'registered' else 'configured' end`;

export function listModelAddresses(db: Db): Promise<ModelAddress[]> {
  return db
    .select({
      url: modelEndpoints.url,
      origin,
      model: { id: models.id, name: models.name, version: models.version },
      state,
      detail: modelEndpoints.detail,
      stateSince: modelEndpoints.stateSince,
    })
    .from(modelEndpoints)
    .leftJoin(models, eq(models.id, modelEndpoints.modelId))
    .orderBy(modelEndpoints.url);
}

/** A model as it was ever seen: also versions that others have replaced, and models that are no longer reached at all. */
export interface SeenModel extends Omit<ModelStanding, 'stateSince'> {
  /** Null: it has no address any more, and counts as offline. */
  stateSince: Date | null;
  firstSeenAt: Date;
  /** New work of its name goes to it. */
  isCurrent: boolean;
  addresses: ModelAddress[];
}

/** Every model ever seen, by name, the newest version first. */
export async function listSeenModels(db: Db): Promise<SeenModel[]> {
  const [all, addresses, currents] = await Promise.all([
    db.select().from(models),
    listModelAddresses(db),
    listCurrentModels(db),
  ]);
  const byModel = Map.groupBy(addresses, ({ model }) => model?.id);
  const current = new Set(currents.map(({ id }) => id));
  return all
    .map((model) => {
      const own = byModel.get(model.id) ?? [];
      const [best] = own.toSorted((a, b) => preference.indexOf(a.state) - preference.indexOf(b.state));
      return {
        ...model,
        state: best?.state ?? 'offline',
        detail: best?.detail ?? null,
        stateSince: best?.stateSince ?? null,
        isCurrent: current.has(model.id),
        addresses: own,
      };
    })
    .sort((a, b) => a.name.localeCompare(b.name) || semver.rcompare(a.version, b.version));
}

function byPreference(a: Ranked, b: Ranked): number {
  const usable = Number(canTakeWork(b.state)) - Number(canTakeWork(a.state));
  return usable || semver.rcompare(a.version, b.version) || preference.indexOf(a.state) - preference.indexOf(b.state);
}

/** Only ready and busy models are given work. */
export const canTakeWork = (state: ModelState): boolean => state === 'ready' || state === 'busy';

/** What a model has to do, and how it did lately. */
export type ModelLoad = {
  /** Predictions queued for it. */
  waiting: number;
  /** From start to result, of its last 100 results; null before the first. */
  medianSeconds: number | null;
  /** Results and failures a minute, over the last ten minutes. */
  perMinute: number;
  /** Predictions that failed within the last day. */
  failedLastDay: number;
  /** All that failed, and that can be tried again. */
  failed: number;
  /** Predictions that workers have in hand. */
  running: number;
};

/** By the model's number. */
export async function listModelLoads(db: Db): Promise<Map<number, ModelLoad>> {
  const rows = await db.execute<{ id: number } & ModelLoad>(sql`
    select m.id,
      (select count(*)::int from predictions p where p.model_id = m.id and p.state = 'queued') as waiting,
      (select count(*)::int from predictions p where p.model_id = m.id and p.state = 'running') as running,
      (select count(*)::int from predictions p where p.model_id = m.id and p.state = 'failed') as failed,
      (select percentile_cont(0.5) within group (order by extract(epoch from p.finished_at - p.started_at))
         from (select finished_at, started_at from predictions
               where model_id = m.id and finished_at is not null and state = 'succeeded'
               order by finished_at desc limit 100) p)::float8 as "medianSeconds",
      (select count(*)::float8 / 10 from predictions p
         where p.model_id = m.id and p.finished_at > now() - interval '10 minutes') as "perMinute",
      (select count(*)::int from predictions p
         where p.model_id = m.id and p.finished_at > now() - interval '1 day' and p.state = 'failed') as "failedLastDay"
    from models m`);
  return new Map(rows.map(({ id, ...load }) => [id, load]));
}
