import type { ModelState } from '@assay/shared';
import { and, eq, getTableColumns, inArray, isNotNull, isNull, notInArray, or, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { modelEndpoints, models } from '../schema/model.ts';

/** Puts down which bundled models this start of Assay brings, and forgets those of the last. */
export async function replaceBundledModels(db: Db, models: { name: string; url: string }[]): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.delete(modelEndpoints).where(isNotNull(modelEndpoints.bundledAs));
    if (models.length === 0) return;
    const rows = models.map(({ name, url }) => ({ url, bundledAs: name }));
    await tx
      .insert(modelEndpoints)
      .values(rows)
      .onConflictDoUpdate({
        target: modelEndpoints.url,
        set: { bundledAs: sql`excluded.bundled_as`, state: 'starting' },
      });
  });
}

/** Puts down which further models the operator named, and forgets those no longer named. */
export async function replaceConfiguredModels(db: Db, urls: string[]): Promise<void> {
  await db.transaction(async (tx) => {
    const gone = urls.length > 0 ? notInArray(modelEndpoints.url, urls) : undefined;
    const named = and(isNull(modelEndpoints.bundledAs), isNull(modelEndpoints.registeredBy));
    await tx.delete(modelEndpoints).where(and(named, gone));
    await addModelEndpoints(tx, urls);
  });
}

/** Puts down further models; those already known stay as they are. */
export async function addModelEndpoints(db: Db, urls: string[]): Promise<void> {
  if (urls.length === 0) return;
  await db
    .insert(modelEndpoints)
    .values(urls.map((url) => ({ url })))
    .onConflictDoNothing();
}

/**
 * Puts down an address that somebody registers. False: it was there already, and stays as it is; where no model has
 * answered yet, a worker looks again at once.
 */
export async function registerModelEndpoint(db: Db, url: string, registeredBy: string): Promise<boolean> {
  const made = await db
    .insert(modelEndpoints)
    .values({ url, registeredBy })
    .onConflictDoNothing()
    .returning({ url: modelEndpoints.url });
  if (made.length === 1) return true;
  await db
    .update(modelEndpoints)
    .set({ checkedAt: null })
    .where(and(eq(modelEndpoints.url, url), isNull(modelEndpoints.modelId)));
  return false;
}

/** How the address is, and what answered there last; undefined when it is not known. */
export async function findModelEndpoint(db: Db, url: string) {
  const [row] = await db
    .select({
      state: modelEndpoints.state,
      detail: modelEndpoints.detail,
      checkedAt: modelEndpoints.checkedAt,
      manifest: models.manifest,
    })
    .from(modelEndpoints)
    .leftJoin(models, eq(models.id, modelEndpoints.modelId))
    .where(eq(modelEndpoints.url, url));
  return row;
}

/** Forgets an address that somebody registered. False: it is not known, or is there for another reason. */
export async function removeRegisteredEndpoint(db: Db, url: string): Promise<boolean> {
  const registered = and(isNotNull(modelEndpoints.registeredBy), isNull(modelEndpoints.bundledAs));
  const removed = await db
    .delete(modelEndpoints)
    .where(and(eq(modelEndpoints.url, url), registered))
    .returning({ url: modelEndpoints.url });
  return removed.length === 1;
}

export async function removeModelEndpoint(db: Db, url: string): Promise<void> {
  await db.delete(modelEndpoints).where(eq(modelEndpoints.url, url));
}

/** `model`: the name of what answered there last; null until something did. */
export function listModelEndpoints(db: Db) {
  return db
    .select({ ...getTableColumns(modelEndpoints), model: models.name })
    .from(modelEndpoints)
    .leftJoin(models, eq(models.id, modelEndpoints.modelId))
    .orderBy(modelEndpoints.url);
}

/**
 * Puts down how an endpoint was found. `stateSince` moves only when the state does; a worker that has not seen the model
 * there leaves the one that was seen last.
 */
export async function recordModelEndpoint(
  db: Db,
  url: string,
  found: { state: ModelState; detail: string | null; modelId: number | null },
): Promise<void> {
  await db
    .update(modelEndpoints)
    .set({
      ...found,
      modelId: found.modelId ?? sql`${modelEndpoints.modelId}`,
      checkedAt: sql`now()`,
      stateSince: sql`case when ${modelEndpoints.state} = ${found.state} then ${modelEndpoints.stateSince} else now() end`,
    })
    .where(eq(modelEndpoints.url, url));
}

/** The bundled models that can't take work yet: what `/readyz` waits for. */
export function listUnreadyBundledModels(db: Db) {
  const unready = or(isNull(modelEndpoints.modelId), inArray(modelEndpoints.state, ['starting', 'failed', 'offline']));
  return db
    .select({ name: modelEndpoints.bundledAs, state: modelEndpoints.state })
    .from(modelEndpoints)
    .where(and(isNotNull(modelEndpoints.bundledAs), unready))
    .orderBy(modelEndpoints.bundledAs);
}
