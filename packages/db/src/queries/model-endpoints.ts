import type { ModelState } from '@assay/shared';
import { and, eq, inArray, isNull, notInArray, or, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { modelEndpoints } from '../schema/model.ts';

/** Puts down which bundled models this start of Assay brings, and forgets those of the last. */
export async function replaceBundledModels(db: Db, urls: string[]): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.delete(modelEndpoints).where(eq(modelEndpoints.bundled, true));
    if (urls.length === 0) return;
    const rows = urls.map((url) => ({ url, bundled: true }));
    await tx
      .insert(modelEndpoints)
      .values(rows)
      .onConflictDoUpdate({ target: modelEndpoints.url, set: { bundled: true, state: 'starting' } });
  });
}

/** Puts down which further models the operator named, and forgets those no longer named. */
export async function replaceConfiguredModels(db: Db, urls: string[]): Promise<void> {
  await db.transaction(async (tx) => {
    const gone = urls.length > 0 ? notInArray(modelEndpoints.url, urls) : undefined;
    await tx.delete(modelEndpoints).where(and(eq(modelEndpoints.bundled, false), gone));
    if (urls.length === 0) return;
    await tx
      .insert(modelEndpoints)
      .values(urls.map((url) => ({ url })))
      .onConflictDoNothing();
  });
}

export function listModelEndpoints(db: Db) {
  return db.select().from(modelEndpoints).orderBy(modelEndpoints.url);
}

/** Puts down how an endpoint was found. `stateSince` moves only when the state does. */
export async function recordModelEndpoint(
  db: Db,
  url: string,
  found: { state: ModelState; detail: string | null; modelId: number | null },
): Promise<void> {
  await db
    .update(modelEndpoints)
    .set({
      ...found,
      checkedAt: sql`now()`,
      stateSince: sql`case when ${modelEndpoints.state} = ${found.state} then ${modelEndpoints.stateSince} else now() end`,
    })
    .where(eq(modelEndpoints.url, url));
}

/** The bundled models that can't take work yet, by URL: what `/readyz` waits for. */
export function listUnreadyBundledModels(db: Db) {
  const unready = or(isNull(modelEndpoints.modelId), inArray(modelEndpoints.state, ['starting', 'failed', 'offline']));
  return db
    .select({ url: modelEndpoints.url, state: modelEndpoints.state, detail: modelEndpoints.detail })
    .from(modelEndpoints)
    .where(and(eq(modelEndpoints.bundled, true), unready));
}
