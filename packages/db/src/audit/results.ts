import { inArray, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { uuids } from '../list-parameter.ts';
import { readAnnotation } from '../queries/results.ts';
import { annotations } from '../schema/prediction.ts';
import type { Ended } from './digest.ts';

/** A prediction as it is now, with the record that has its digest. */
export type EndedRow = Omit<Ended, 'state'> & { state: string; recordId: string | null };

/** Those of the predictions that are there, by id. */
export async function listEnded(db: Db, ids: string[]): Promise<Map<string, EndedRow>> {
  const rows = await db.execute<Omit<EndedRow, 'annotations'> & Record<string, unknown>>(sql`
    select p.id, encode(o.sha256, 'hex') as sha256, m.name || ' ' || m.version as model, p.state, p.reason, p.fault,
      p.classes, p.result::text as result, p.audit_record_id::text as "recordId"
    from predictions p join objects o on o.id = p.object_id join models m on m.id = p.model_id
    where p.id = any(${uuids(ids)})`);
  const marks = await db
    .select()
    .from(annotations)
    .where(inArray(annotations.predictionId, ids))
    .orderBy(annotations.predictionId, annotations.position);
  const marksOf = Map.groupBy(marks, ({ predictionId }) => predictionId);
  return new Map(
    rows.map((row) => [row.id, { ...row, annotations: (marksOf.get(row.id) ?? []).map(readAnnotation) } as EndedRow]),
  );
}

/** Predictions that succeeded, and that no record of results tells of; at most `limit`. */
export async function listUnsealedResults(db: Db, limit: number): Promise<{ id: string; beforeTrail: boolean }[]> {
  const rows = await db.execute<{ id: string; beforeTrail: boolean }>(sql`
    select p.id, p.finished_at < coalesce((select min(at) from audit_records), now()) as "beforeTrail"
    from predictions p where p.state = 'succeeded' and not exists (
      select from audit_records r where r.id = p.audit_record_id and r.act = 'results') order by p.id limit ${limit}`);
  return [...rows];
}
