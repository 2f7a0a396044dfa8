import { type AuditFilter, anyHashSchema } from '@assay/shared';
import { type SQL, sql } from 'drizzle-orm';

/** Whether the row `r` of `audit_records` is wanted. */
export function isWanted({ person, act, outcome, subject, case: caseId, from, to }: AuditFilter): SQL {
  const conditions = [
    person && sql`r.user_id in (select id from "user" where lower(username) = lower(${person}))`,
    act && sql`r.act = ${act}`,
    outcome && sql`r.outcome = ${outcome}`,
    subject && isSubject(subject),
    caseId && isOfCase(caseId),
    from && sql`r.at >= ${from}::timestamptz`,
    to && sql`r.at < ${to}::timestamptz`,
  ].filter((condition) => typeof condition === 'object');
  return conditions.length > 0 ? sql.join(conditions, sql` and `) : sql`true`;
}

function isSubject(subject: string): SQL {
  const { data: hash } = anyHashSchema.safeParse(subject);
  if (!hash) return sql`r.subject_id = ${subject}`;
  const column = sql.raw({ 32: 'md5', 40: 'sha1' }[hash.length] ?? 'sha256');
  const named = sql`(select o.sha256 from objects o where o.${column} = decode(${hash}, 'hex') union select decode(${hash}, 'hex'))`;
  return sql`(r.subject_id = any(array(select encode(sha256, 'hex') from ${named} n))
    or r.id = any(array(select a.record_id from audit_objects a where a.sha256 in ${named})))`;
}

/** The case itself, its runs, its objects and what was predicted of them: in other cases too, where they are there as well. */
const isOfCase = (id: string): SQL => sql`(r.subject_id = ${id} or r.details->>'case' = ${id}
  or r.subject_kind = 'run' and r.subject_id in (select id::text from runs where case_id = ${id})
  or r.subject_kind = 'object' and r.subject_id in (select encode(o.sha256, 'hex') from objects o
    join case_objects co on co.object_id = o.id where co.case_id = ${id})
  or r.subject_kind = 'objects' and r.id in (select a.record_id from audit_objects a join objects o on o.sha256 = a.sha256
    join case_objects co on co.object_id = o.id where co.case_id = ${id})
  or r.subject_kind = 'prediction' and r.subject_id in (select p.id::text from predictions p
    join case_objects co on co.object_id = p.object_id where co.case_id = ${id}))`;
