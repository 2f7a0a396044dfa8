import type { Order, SearchTerm } from '@assay/shared';
import { type SQL, sql } from 'drizzle-orm';
import { isVisibleTo, maySeeUpload } from '../queries/visibility.ts';
import {
  ask,
  boundsOf,
  type Condition,
  either,
  fromTable,
  joinOr,
  list,
  never,
  not,
  onObject,
  type SearchContext,
} from './condition.ts';
import { findCases } from './context.ts';
import { compareMoment } from './dates.ts';
import { readSaidWords, readTags, readVerdicts } from './judged.ts';
import { containing, literal, resultKey, toTsquery } from './literals.ts';

/** Uploads that the asker may see; `where` speaks of `u`. */
const fromUploads = ({ asker }: SearchContext, where: SQL): Condition => ({
  test: ask(sql`select true from uploads u where u.object_id = objects.id and ${maySeeUpload(asker)} and ${where}`),
  set: sql`select u.object_id from uploads u where ${maySeeUpload(asker)} and ${where}`,
});

const anyValue = (values: readonly string[], of: (value: string) => SQL): SQL => joinOr(values.map(of));
const compare = (column: SQL, operator: Order, value: number): SQL =>
  sql`${column} ${sql.raw(operator === '!=' ? '<>' : operator)} ${sql.raw(`${value}::float8`)}`;

export function readTerm(term: SearchTerm, context: SearchContext): Condition {
  switch (term.kind) {
    case 'text':
      return readText(term, context);
    case 'hash':
      return readHashes(term.hashes);
    case 'mismatch':
      return fromUploads(context, sql`u.false_extension is not null`);
    case 'words': {
      if (term.operator === '!=') return not(readWords({ ...term, operator: '=' }, context));
      return readWords(term, context);
    }
    case 'amount':
      return readAmount(term);
    case 'uploaded': {
      const isThen = compareMoment(sql`u.uploaded_at`, term.operator, term.value, context.timeZone);
      return { ...fromUploads(context, isThen), bounds: boundsOf(sql`uploads u where ${isThen}`, sql`u.object_id`) };
    }
    case 'state': {
      const states = readStates(term.values, context);
      return term.operator === '!=' ? not(states) : states;
    }
    case 'similar':
      return readSimilar(term, context);
    case 'derived':
      return readDerived(term.from, context);
    case 'class':
      return readClass(term);
    case 'annotation':
      return readAnnotation(term);
  }
}

type Of<K extends SearchTerm['kind']> = Extract<SearchTerm, { kind: K }>;

function readText({ text, quoted }: Of<'text'>, context: SearchContext): Condition {
  const query = toTsquery(text, quoted);
  if (!query) return never;
  const inResults = fromTable('search_texts', sql`t.words @@ ${query}`);
  const inNames = fromUploads(context, sql`search_words(u.file_name) @@ ${query}`);
  return either([inResults, inNames, readSaidWords(query, context)]);
}

function readHashes(hashes: readonly string[]): Condition {
  const ofLength = (digits: number) => JSON.stringify(hashes.filter((hash) => hash.length === digits));
  const among = (column: string, digits: number) =>
    sql`select id from objects where ${sql.raw(column)} in (
      select decode(h, 'hex') from jsonb_array_elements_text(${ofLength(digits)}::jsonb) h)`;
  const set = sql`${among('sha256', 64)} union all ${among('md5', 32)} union all ${among('sha1', 40)}`;
  return { test: sql`objects.id in (${set})`, set };
}

function readWords({ field, operator, values }: Of<'words'>, context: SearchContext): Condition {
  const contains = operator === '~';
  switch (field) {
    case 'type':
      return onObject(sql`objects.media_type in (${list(values)})`);
    case 'mime':
      return onObject(
        contains
          ? anyValue(values, (value) => sql`objects.mime like ${containing(value)}`)
          : sql`objects.mime in (${list(values.map((value) => value.toLowerCase()))})`,
      );
    case 'name':
      return fromUploads(
        context,
        anyValue(values, (value) =>
          contains
            ? sql`lower(left(u.file_name, 1000)) like ${containing(value)}`
            : sql`(lower(left(u.file_name, 200)) collate "C" = lower(left(${value}::text, 200)) and lower(u.file_name) = lower(${value}::text))`,
        ),
      );
    case 'uploader':
      return fromUploads(
        context,
        sql`u.uploaded_by = any(array(select id from "user" where lower(username) in (${list(values.map((v) => v.toLowerCase()))})))`,
      );
    case 'case':
      return readCases(values, contains, context);
    case 'tag':
      return readTags(values, contains, context);
    case 'verdict':
      return readVerdicts(values, context);
  }
}

/** By name or by id. One that the asker is no member of is not there. */
function readCases(values: readonly string[], contains: boolean, { cases }: SearchContext): Condition {
  const ids = findCases(cases, values, contains);
  if (ids.length === 0) return never;
  const isIn = sql`t.case_id in (${list(ids)})`;
  return {
    ...fromTable('case_objects', isIn),
    countable: true,
    bounds: boundsOf(sql`case_objects t where ${isIn}`, sql`t.object_id`),
  };
}

function readAmount({ field, operator, values }: Of<'amount'>): Condition {
  if (field === 'size')
    return onObject(joinOr(values.map((value) => compareInteger(sql`objects.size`, operator, value))));
  // Whichever model read it.
  const keys = sql`t.key = any(array(select key from result_names where kind = 'class' and name = ${literal(field)}))`;
  const compared = joinOr(values.map((value) => compare(sql`t.number`, operator, value)));
  return { ...fromTable('labels', sql`${keys} and t.number is not null and ${compared}`), countable: true };
}

const compareInteger = (column: SQL, operator: Order, value: number): SQL =>
  sql`${column} ${sql.raw(operator === '!=' ? '<>' : operator)} ${sql.raw(`${value}::bigint`)}`;

function readStates(values: Of<'state'>['values'], { away, modelIds }: SearchContext): Condition {
  const one = ({ model, state }: (typeof values)[number]): Condition => {
    const ids = model === null ? undefined : (modelIds.get(model) ?? []);
    if (ids?.length === 0) return state === 'not-run' ? onObject(sql`true`) : never;
    const ofModel = ids ? sql`t.model_id in (${list(ids)})` : sql`true`;
    if (state === 'not-run') return not(fromTable('predictions', ofModel));
    const isAway = away.length > 0 ? sql`t.model_id in (${list(away)})` : sql`false`;
    if (state === 'waiting') return fromTable('predictions', sql`${ofModel} and t.state = 'queued' and ${isAway}`);
    const here = state === 'queued' ? sql` and not ${isAway}` : sql``;
    return fromTable('predictions', sql`${ofModel} and t.state = ${literal(state)}${here}`);
  };
  return either(values.map(one));
}

const matchBits = 31;

/** PDQ: of 256 bits at most so many differ. Up to 31, one of sixteen parts differs by a bit at most, which an index finds. */
function readSimilar({ hash, distance }: Of<'similar'>, { asker }: SearchContext): Condition {
  const column = sql.raw({ 32: 'md5', 40: 'sha1', 64: 'sha256' }[hash.length] ?? 'sha256');
  const most = distance ?? matchBits;
  const own = sql`select h.hash from look_hashes h join objects o on o.id = h.object_id
    where o.${column} = decode(${hash}, 'hex') and ${isVisibleTo(asker, sql`o.id`)}`;
  const near = sql`bit_count(('x' || encode(t.hash, 'hex'))::bit(256) # ('x' || encode(own.hash, 'hex'))::bit(256)) <= ${sql.raw(String(most))}`;
  const parts = sql`t.parts && array(
    select (p & ~65535) | ((p & 65535) # flip) from unnest(look_parts(own.hash)) p,
      (select 0 as flip union all select 1 << i from generate_series(0, 15) i) flips)`;
  return {
    test: sql`objects.id in (select t.object_id from (${own}) own, look_hashes t where ${near})`,
    set: sql`select t.object_id from (${own}) own join look_hashes t on ${most <= matchBits ? parts : sql`true`} and ${near}`,
  };
}

// What an object was made from may be hidden from who sees the object itself: then nothing made it.
function readDerived(from: string, { asker, modelIds }: SearchContext): Condition {
  const seen = isVisibleTo(asker, sql`d.parent_id`);
  const isChild = (where: SQL): Condition => ({
    test: ask(sql`select true from derivations d where d.child_id = objects.id and ${where} and ${seen}`),
    set: sql`select d.child_id from derivations d where ${where} and ${seen}`,
  });
  if (from === 'yes') return isChild(sql`true`);
  if (from === 'no') return not(isChild(sql`true`));
  if (!/^[0-9a-f]{32,64}$/.test(from)) {
    const ids = modelIds.get(from);
    return ids ? isChild(sql`d.prediction_id in (select id from predictions where model_id in (${list(ids)}))`) : never;
  }
  const column = sql.raw({ 32: 'md5', 40: 'sha1', 64: 'sha256' }[from.length] ?? 'sha256');
  const set = sql`select id from (with recursive heir(id) as (
      select d.child_id from derivations d join objects o on o.id = d.parent_id where o.${column} = decode(${from}, 'hex')
        and ${isVisibleTo(asker, sql`o.id`)}
      union select d.child_id from derivations d join heir on heir.id = d.parent_id
    ) select id from heir) heirs`;
  return { test: sql`objects.id in (${set})`, set };
}

function readClass({ model, class: name, operator, values }: Of<'class'>): Condition {
  const ofClass = sql`t.key = ${resultKey('class', model, name)}`;
  if (operator === '~') {
    const like = anyValue(values.map(String), (value) => sql`lower(left(t.word, 1000)) like ${containing(value)}`);
    return fromTable('labels', sql`${ofClass} and ${like}`);
  }
  const one = (value: number | string): SQL => {
    if (typeof value === 'number') return sql`(t.number is not null and ${compare(sql`t.number`, operator, value)})`;
    const same = sql`lower(left(t.word, 100)) = lower(left(${value}::text, 100)) and lower(t.word) = lower(${value}::text)`;
    return operator === '=' ? sql`(t.word is not null and ${same})` : sql`(t.word is not null and not (${same}))`;
  };
  const parts = values.map(one);
  const matches = operator === '!=' ? sql`(${sql.join(parts, sql` and `)})` : joinOr(parts);
  // Numbers are counted within an index; of words the planner knows the frequent ones.
  const countable = values.every((value) => typeof value === 'number');
  return { ...fromTable('labels', sql`${ofClass} and ${matches}`), countable, scattered: !countable };
}

const shapes = {
  box: sql`t.box is not null`,
  time: sql`t.time_start is not null`,
  span: sql`t.span_start is not null`,
};

function readAnnotation({ model, shape, match, label, score }: Of<'annotation'>): Condition {
  const names = (where: SQL) =>
    sql`t.key = any(array(select key from result_names where kind = 'annotation' and model = ${literal(model)} and ${where}))`;
  const ofLabel = {
    '=': sql`t.key = ${resultKey('annotation', model, label)}`,
    '!=': names(sql`name <> ${literal(label)}`),
    '~': names(sql`lower(name) like ${containing(label)}`),
  }[match];
  const scored = score ? sql` and ${compare(sql`t.score`, score.operator, score.value)}` : sql``;
  return { ...fromTable('annotations', sql`${ofLabel} and ${shapes[shape]}${scored}`), countable: true };
}
