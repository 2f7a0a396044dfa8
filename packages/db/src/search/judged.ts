import { disputed, predictionVerdicts } from '@assay/shared';
import { type SQL, sql } from 'drizzle-orm';
import { isOfSame, isOpen } from '../queries/standing.ts';
import { type Condition, either, fromTable, joinOr, list, not, type SearchContext } from './condition.ts';
import { containing } from './literals.ts';

/**
 * The row `t` of `judgements` is a verdict that counts: nobody said anything else of the same since. With independent review
 * it is that of a person, and the asker may know of it.
 */
const stands = ({ asker, independent }: SearchContext, row: 't' | 's' = 't'): SQL => {
  const t = sql.raw(row);
  const newer = (whose: SQL) => sql`exists (select from judgements n where n.object_id = ${t}.object_id
    and n.case_id = ${t}.case_id and n.id > ${t}.id and n.prediction_id is not distinct from ${t}.prediction_id
    and n.tag_id is null and ${whose})`;
  if (independent.length === 0) return sql`${t}.value is not null and not ${newer(sql`true`)}`;
  const apart = sql`${t}.case_id in (${list(independent)})`;
  return sql`${t}.value is not null and not ${newer(sql`(n.made_by = ${t}.made_by or not ${apart})`)}
    and (not ${apart} or ${t}.made_by = ${asker.id} or ${isOpen(row)})`;
};

/** Somebody else says something else of the same, which counts too. */
export const isDisputed = (
  context: SearchContext,
): SQL => sql`exists (select from judgements s where ${isOfSame('s', 't')}
  and s.made_by <> t.made_by and lower(s.value) <> lower(t.value) and ${stands(context, 's')})`;

/** A verdict on the object that stands, in the cases whose verdicts count; `t` is its row of `judgements`. */
export const isVerdict = (context: SearchContext): SQL =>
  sql`t.prediction_id is null and t.tag_id is null and t.case_id in ${context.judgedIn} and ${stands(context)}`;

/** The same on a prediction. */
export const isPredictionVerdict = (context: SearchContext): SQL =>
  sql`t.prediction_id is not null and t.case_id in ${context.judgedIn} and ${stands(context)}`;

/** A tag that stands; `t` is its row of `judgements`. */
export const isTag = ({ judgedIn }: SearchContext, named: SQL = sql`true`): SQL =>
  sql`t.tag_id in (select g.id from tags g where g.case_id in ${judgedIn} and g.removed_at is null and ${named})
    and t.value is not null and not exists (select from judgements n where n.object_id = t.object_id
      and n.case_id = t.case_id and n.id > t.id and n.tag_id = t.tag_id)`;

const lower = (values: readonly string[]) => list(values.map((value) => value.toLowerCase()));
const isNone = (value: string) => value.toLowerCase() === 'none';

/** `relevant`, `none`, `disputed`; of a prediction `face_detect:wrong`. */
export function readVerdicts(values: readonly string[], context: SearchContext): Condition {
  return either(values.map((value) => readVerdict(value, context)));
}

function readVerdict(value: string, context: SearchContext): Condition {
  if (isNone(value)) return not(fromTable('judgements', isVerdict(context)));
  const [model = '', word = ''] = value.split(':');
  const said = word.toLowerCase();
  if (predictionVerdicts.some((each) => each === said) || said === disputed)
    return fromTable(
      'judgements',
      sql`t.prediction_id in (select p.id from predictions p join models m on m.id = p.model_id
        where p.object_id = t.object_id and m.name = ${model})
        and ${said === disputed ? isDisputed(context) : sql`t.value = ${said}`} and ${isPredictionVerdict(context)}`,
    );
  const is = value.toLowerCase() === disputed ? isDisputed(context) : sql`lower(t.value) = lower(${value}::text)`;
  return fromTable('judgements', sql`${is} and ${isVerdict(context)}`);
}

export function readTags(values: readonly string[], contains: boolean, context: SearchContext): Condition {
  if (contains) {
    const named = joinOr(values.map((value) => sql`lower(g.name) like ${containing(value)}`));
    return fromTable('judgements', isTag(context, named));
  }
  const names = values.filter((value) => !isNone(value));
  const none = names.length < values.length ? [not(fromTable('judgements', isTag(context)))] : [];
  const named =
    names.length > 0 ? [fromTable('judgements', isTag(context, sql`lower(g.name) in (${lower(names)})`))] : [];
  return either([...none, ...named]);
}

/** Words in notes, and in the names of tags. */
export const readSaidWords = (query: SQL, context: SearchContext): Condition =>
  either([
    fromTable(
      'notes',
      sql`t.removed_at is null and t.case_id in ${context.judgedIn} and search_words(t.text) @@ ${query}`,
    ),
    fromTable('judgements', isTag(context, sql`search_words(g.name) @@ ${query}`)),
  ]);
