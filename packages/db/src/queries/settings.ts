import { eq } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { settings } from '../schema/setting.ts';

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
