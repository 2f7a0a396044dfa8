import { sql } from 'drizzle-orm';
import { type Db, planned } from '../client.ts';

/** Says that files are coming in, for so many seconds. */
export async function tellUploading(db: Db, seconds: number): Promise<void> {
  await db.execute(
    planned(sql`insert into upload_activity (until) values (now() + make_interval(secs => ${seconds}))
      on conflict (one) do update set until = greatest(upload_activity.until, excluded.until)`),
  );
}

/** Whether files are coming in, at any API process. */
export async function isUploading(db: Db): Promise<boolean> {
  const rows = await db.execute(planned(sql`select from upload_activity where until > now()`));
  return rows.length > 0;
}
