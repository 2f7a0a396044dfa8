import { and, eq } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { ownSettings, settings } from '../schema/setting.ts';

/** What was chosen, as it is kept; undefined: nothing. */
export async function findSetting(db: Db, name: string): Promise<unknown> {
  const [row] = await db.select({ value: settings.value }).from(settings).where(eq(settings.name, name));
  return row?.value;
}

export async function saveSetting(tx: Db, { name, value, by }: { name: string; value: unknown; by: string }) {
  const row = { value, changedBy: by, changedAt: new Date() };
  await tx
    .insert(settings)
    .values({ name, ...row })
    .onConflictDoUpdate({ target: settings.name, set: row });
}

/** What the person chose; undefined: nothing. */
export async function findOwnSetting(db: Db, userId: string, name: string): Promise<unknown> {
  const [row] = await db
    .select({ value: ownSettings.value })
    .from(ownSettings)
    .where(and(eq(ownSettings.userId, userId), eq(ownSettings.name, name)));
  return row?.value;
}

/** Null: they choose nothing any more. */
export async function saveOwnSetting(
  db: Db,
  { userId, name, value }: { userId: string; name: string; value: unknown },
) {
  if (value === null) {
    await db.delete(ownSettings).where(and(eq(ownSettings.userId, userId), eq(ownSettings.name, name)));
    return;
  }
  await db
    .insert(ownSettings)
    .values({ userId, name, value })
    .onConflictDoUpdate({ target: [ownSettings.userId, ownSettings.name], set: { value } });
}
