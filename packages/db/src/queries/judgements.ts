import type { AuditAct, CaseRole, ObjectHash, PredictionState } from '@assay/shared';
import { type SQL, sql } from 'drizzle-orm';
import { type Actor, recordActs } from '../audit.ts';
import type { Db } from '../client.ts';
import { bigints } from '../list-parameter.ts';
import { isIndependent, isInPlaceOf, isShownTo } from './standing.ts';
import { type Asker, casesOf } from './visibility.ts';

/** Of what something is said: of the object itself, of a prediction of it, or whether it has a tag. */
export type JudgedThing = { predictionId: string } | { tagId: string } | 'object';

/** Whether the row `of` of `judgements` is about that. */
const isAbout = (of: 'j' | 'n', thing: JudgedThing): SQL => {
  const row = sql.raw(of);
  if (thing === 'object') return sql`${row}.prediction_id is null and ${row}.tag_id is null`;
  if ('tagId' in thing) return sql`${row}.tag_id = ${thing.tagId}::uuid`;
  return sql`${row}.prediction_id = ${thing.predictionId}::uuid`;
};

/** What was said now, and what stood before; null: nothing. */
export type Said = { id: string; sha256: ObjectHash; before: string | null };

export interface Saying {
  caseId: string;
  objectIds: readonly number[];
  thing: JudgedThing;
  /** A verdict or, of a tag, `on`; null takes it back. */
  value: string | null;
  by: Actor & { id: string };
  /** Of which act on many objects this is. */
  bulkId?: number | undefined;
  /** What the audit trail calls it, unless it says itself what it is. */
  act?: AuditAct | undefined;
  /** Of what, for who reads the trail. */
  details?: Record<string, unknown> | undefined;
}

/**
 * Says something of objects of the case, and puts that down on the audit trail. Objects that are not in the case, or of
 * which the same is said already, are passed over.
 */
export async function judge(tx: Db, { act, details, ...saying }: Saying): Promise<Said[]> {
  const { by, caseId, thing, value, bulkId } = saying;
  const said = await insertJudgements(tx, saying);
  await recordActs(
    tx,
    said.map(({ sha256, before }) => ({
      by,
      act: act ?? actOf(thing, value),
      subject:
        thing !== 'object' && 'predictionId' in thing
          ? { kind: 'prediction', id: thing.predictionId }
          : { kind: 'object', id: sha256 },
      details: {
        case: caseId,
        ...(thing !== 'object' && 'tagId' in thing ? {} : { verdict: value, before }),
        ...(bulkId !== undefined && { many: bulkId }),
        ...details,
      },
    })),
  );
  return said;
}

const actOf = (thing: JudgedThing, value: string | null): AuditAct => {
  if (thing !== 'object' && 'tagId' in thing) return value === null ? 'untag' : 'tag';
  return value === null ? 'take_back_verdict' : 'give_verdict';
};

async function insertJudgements(tx: Db, { caseId, objectIds, thing, value, by, bulkId }: Saying): Promise<Said[]> {
  const [predictionId, tagId] = [
    thing !== 'object' && 'predictionId' in thing ? thing.predictionId : null,
    thing !== 'object' && 'tagId' in thing ? thing.tagId : null,
  ];
  const rows = await tx.execute<Said>(sql`
    with before as (
      select co.object_id, (select j.value from judgements j where j.object_id = co.object_id and j.case_id = co.case_id
        and ${isAbout('j', thing)} and (j.made_by = ${by.id} or not ${isIndependent('j')}) order by j.id desc limit 1) as value
      from case_objects co where co.case_id = ${caseId} and co.object_id = any(${bigints(objectIds)})
    ), said as (
      insert into judgements (case_id, object_id, prediction_id, tag_id, value, made_by, bulk_id)
      select ${caseId}::uuid, object_id, ${predictionId}::uuid, ${tagId}::uuid, ${value}::text, ${by.id},
        ${bulkId ?? null}::bigint
      from before where value is distinct from ${value}::text order by object_id
      returning id, object_id)
    select said.id, encode(o.sha256, 'hex') as sha256, before.value as before
    from said join before on before.object_id = said.object_id join objects o on o.id = said.object_id order by said.id`);
  return [...rows];
}

export type JudgementRow = {
  id: string;
  caseId: string;
  objectId: string;
  predictionId: string | null;
  tagId: string | null;
  value: string | null;
  madeBy: string;
};

/** What a row says that the asker may know of, whose it is, and what it took the place of. `isNewest`: nothing took its place. */
export async function findJudgement(
  db: Db,
  asker: Asker,
  id: string,
): Promise<(JudgementRow & { before: string | null; isNewest: boolean }) | undefined> {
  const [row] = await db.execute<JudgementRow & { before: string | null; isNewest: boolean }>(sql`
    select j.id, j.case_id as "caseId", j.object_id as "objectId", j.prediction_id as "predictionId", j.tag_id as "tagId",
      j.value, j.made_by as "madeBy",
      (select n.value from judgements n where ${isInPlaceOf('n', 'j')} and n.id < j.id order by n.id desc limit 1) as before,
      not exists (select from judgements n where ${isInPlaceOf('n', 'j')} and n.id > j.id) as "isNewest"
    from judgements j where j.id = ${id}::bigint and j.case_id in ${casesOf(asker, 'see')}
      and ${isShownTo(asker.id, 'j')}`);
  return row;
}

/** The prediction, when its object is in the case. */
export async function findPredictionIn(db: Db, caseId: string, id: string) {
  const [row] = await db.execute<{ objectId: string; sha256: ObjectHash; state: PredictionState; model: string }>(sql`
    select o.id as "objectId", encode(o.sha256, 'hex') as sha256, p.state, m.name || ' ' || m.version as model
    from predictions p join objects o on o.id = p.object_id join models m on m.id = p.model_id
    join case_objects co on co.object_id = p.object_id and co.case_id = ${caseId} where p.id = ${id}`);
  return row;
}

export type JudgedCaseRow = {
  id: string;
  name: string;
  /** Whose private case it is: a user name. */
  privateOf: string | null;
  role: CaseRole;
  isArchived: boolean;
  /** Nobody sees the verdicts of others on something before two people have given theirs. */
  isIndependent: boolean;
  /** Those that it has beside those of every case. */
  ownVerdicts: string[];
};

/** The asker's cases that the object is in, with what judging in them takes, in the order in which it came into them. */
export async function listJudgedCases(db: Db, asker: Asker, objectId: number): Promise<JudgedCaseRow[]> {
  const rows = await db.execute<JudgedCaseRow>(sql`
    select c.id, c.name, (select username from "user" u where u.id = c.private_of) as "privateOf", m.role,
      c.archived_at is not null as "isArchived",
      c.independent_review as "isIndependent",
      array(select v.name from case_verdicts v where v.case_id = c.id and v.removed_at is null order by v.added_at)
        as "ownVerdicts"
    from case_objects co join cases c on c.id = co.case_id
    join case_members m on m.case_id = c.id and m.user_id = ${asker.id}
    where co.object_id = ${objectId} and c.id in ${casesOf(asker, 'see')} order by co.added_at, c.id`);
  return [...rows];
}

export type SaidRow = {
  id: string;
  caseId: string;
  predictionId: string | null;
  tagId: string | null;
  tag: string | null;
  value: string | null;
  by: string;
  isOwn: boolean;
  at: string;
  /** It counts: nothing took its place since. */
  counts: boolean;
  /** It may not be shown to the asker yet. */
  isHidden: boolean;
};

const mostHistory = 100;

/** What people said of the object in the asker's cases: what counts, and the newest of what doesn't any more. Newest first. */
export async function listSaid(db: Db, asker: Asker, objectId: number): Promise<SaidRow[]> {
  const rows = await db.execute<SaidRow>(sql`
    select s.id, s.case_id as "caseId", s.prediction_id as "predictionId", s.tag_id as "tagId", g.name as tag, s.value,
      u.username as by, s.made_by = ${asker.id} as "isOwn", s.made_at as at, s.place = 1 as counts,
      not ${isShownTo(asker.id, 's')} as "isHidden"
    from (
      select j.*, row_number() over (partition by case_id, prediction_id, tag_id,
          case when ${isIndependent('j')} then made_by end order by id desc) as place,
        row_number() over (order by id desc) as age
      from judgements j where j.object_id = ${objectId} and j.case_id in ${casesOf(asker, 'see')}
    ) s join "user" u on u.id = s.made_by left join tags g on g.id = s.tag_id
    where (s.place = 1 or s.age <= ${mostHistory}) and g.removed_at is null order by s.id desc`);
  return [...rows];
}

/** How many tags the object has in the case. */
export async function countTags(db: Db, caseId: string, objectId: number): Promise<number> {
  const [row] = await db.execute<{ n: number }>(sql`
    select count(*)::int as n from (
      select distinct on (j.tag_id) j.value from judgements j join tags g on g.id = j.tag_id and g.removed_at is null
      where j.object_id = ${objectId} and j.case_id = ${caseId} order by j.tag_id, j.id desc) t where t.value is not null`);
  return row?.n ?? 0;
}
