import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import type { Statements } from '../one-statement.ts';

/** An object that was here before, and where it stands in a case that it comes into now: `place` of `insertObjects`. */
interface Placed {
  objectId: number;
  /** Undefined: the next number, as the triggers would give it. */
  place: number | undefined;
}

const given = (rows: object[]) =>
  sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r("objectId" bigint, "caseId" uuid, place bigint)`;
const ownOrNext = sql`coalesce(r.place, case when exists (select from case_objects o where o.object_id = r."objectId")
  then nextval('objects_id_seq') else r."objectId" end)`;

/** Puts what is about to be uploaded into cases where it would stand if it were new. */
export async function putInPlace(tx: Statements, rows: (Placed & { caseId: string })[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(sql`insert into case_objects (object_id, case_id, place)
    select r."objectId", r."caseId", ${ownOrNext} from ${given(rows)} order by 1, 2, r.place on conflict do nothing`);
}

/** The same of what was derived from an object, which is locked, in each of its cases. */
export async function putHeirsInPlace(tx: Db, parentId: number, rows: Placed[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(sql`insert into case_objects (object_id, case_id, place)
    select r."objectId", c.case_id, ${ownOrNext} from ${given(rows)} join case_objects c on c.object_id = ${parentId}
    order by 1, 2, r.place on conflict do nothing`);
}
