import type { Db } from '@assay/db';
import { sql } from 'drizzle-orm';

/** One change of a prediction, as the database itself wrote it down. Times are milliseconds since 1970. */
export interface Change {
  n: number;
  at: number;
  prediction: string;
  model: string;
  before: string | null;
  after: string;
  /** It ran since. */
  startedAt: number | null;
  attemptsBefore: number;
  attempts: number;
  /** It was being tried with nothing beside it. */
  ranAlone: boolean;
  reason: string | null;
}

/** From now on the database writes down each change of a prediction's state, in the same transaction. */
export async function keepHistory(db: Db): Promise<void> {
  await db.execute(sql`
    create table chaos_history (
      n bigint generated always as identity primary key, at timestamptz not null default clock_timestamp(),
      prediction uuid not null, model int not null, before text, after text not null, started_at timestamptz,
      attempts_before int not null, attempts int not null, ran_alone boolean not null, reason text
    )`);
  await db.execute(sql`
    create function chaos_note() returns trigger language plpgsql as $$
    begin
      insert into chaos_history (prediction, model, before, after, started_at, attempts_before, attempts, ran_alone, reason)
      values (new.id, new.model_id, case when tg_op = 'UPDATE' then old.state::text end, new.state,
        case when tg_op = 'UPDATE' then old.started_at end, case when tg_op = 'UPDATE' then old.attempts else 0 end,
        new.attempts, case when tg_op = 'UPDATE' then old.isolation <> 'none' else false end, new.reason);
      return null;
    end $$`);
  await db.execute(
    sql`create trigger chaos_note_new after insert on predictions for each row execute function chaos_note()`,
  );
  await db.execute(sql`
    create trigger chaos_note_change after update on predictions for each row
    when (old.state is distinct from new.state) execute function chaos_note()`);
}

export async function readHistory(db: Db): Promise<Change[]> {
  const rows = await db.execute<Omit<Change, 'n'> & { n: string } & Record<string, unknown>>(sql`
    select h.n, extract(epoch from h.at) * 1000.0 as at, h.prediction, m.name as model, h.before, h.after,
      extract(epoch from h.started_at) * 1000.0 as "startedAt", h.attempts_before as "attemptsBefore", h.attempts,
      h.ran_alone as "ranAlone", h.reason
    from chaos_history h join models m on m.id = h.model order by h.n`);
  return rows.map((row) => ({
    ...row,
    n: Number(row.n),
    at: Number(row.at),
    startedAt: row.startedAt === null ? null : Number(row.startedAt),
  }));
}

/** A number that grows with every change. */
export async function countChanges(db: Db): Promise<number> {
  const [row] = await db.execute<{ n: string }>(sql`select coalesce(max(n), 0) as n from chaos_history`);
  return Number(row?.n);
}
