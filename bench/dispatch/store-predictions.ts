import type { Db } from '@assay/db';
import { sql } from 'drizzle-orm';

/** Objects with an upload, a result and a label each, by SQL: as many as wished, without their bytes. */
export async function storePredictions(db: Db, count: number): Promise<void> {
  const atOnce = 100_000;
  await db.execute(sql`insert into runs (id, asked_by, case_id)
    select gen_random_uuid(), private_of, id from cases where private_of is not null limit 1`);
  for (let first = 0; first < count; first += atOnce) {
    const last = Math.min(count, first + atOnce) - 1;
    await db.execute(sql`
      with made as (
        insert into objects (sha256, md5, sha1, size, media_type, mime)
        select sha256(n::text::bytea), decode(md5(n::text), 'hex'), substring(sha256(('x' || n)::bytea) for 20), 50000,
          'audio', 'audio/wav' from generate_series(${first}::int, ${last}::int) n returning id
      ), uploaded as (
        insert into uploads (id, object_id, run_id, case_id, uploaded_by, file_name, position)
        select gen_random_uuid(), made.id, run.id, run.case_id, run.asked_by, 'a.wav', 0
        from made, (select * from runs limit 1) run
      ), predicted as (
        insert into predictions (id, object_id, model_id, state, attempts, classes, result, started_at, finished_at)
        select gen_random_uuid(), made.id, (select id from models where name = 'instant'), 'succeeded', 1, '{n}',
          '{"n": 1}', now(), now() - interval '1 hour' from made returning id, object_id
      )
      insert into labels (prediction_id, object_id, key, number)
      select id, object_id, result_key('class', 'instant', 'n'), 1 from predicted`);
  }
  await db.execute(sql`vacuum analyze`);
}

/** Hashes of objects that were made so, spread over all. */
export async function pickHashes(db: Db, count: number, stored: number): Promise<string[]> {
  const rows = await db.execute<{ sha256: string }>(sql`
    select encode(sha256((random() * ${stored - 1}::int)::int::text::bytea), 'hex') as sha256
    from generate_series(1, ${count}::int)`);
  return rows.map(({ sha256 }) => sha256);
}
