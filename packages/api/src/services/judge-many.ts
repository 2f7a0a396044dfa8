import {
  type BulkActRow,
  countFound,
  type Db,
  findBulkAct,
  insertBulkAct,
  listBulkActs,
  listObjectsByHashes,
  type NewBulkAct,
  recordActs,
} from '@assay/db';
import {
  AppError,
  allOf,
  anyHashSchema,
  mostChosen,
  type SearchQuery,
  tagNameSchema,
  verdictSchema,
} from '@assay/shared';
import { z } from 'zod';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';
import { getTag, makeTag, readVerdict } from './judge.ts';
import { takeCaseToJudge } from './judged-case.ts';
import { readQuery, searchSchema } from './search-objects.ts';

/** All that a search finds in the case, or objects one by one. */
export const manySchema = z.object({
  case: z.uuid(),
  of: z.union([searchSchema, z.object({ hashes: z.array(anyHashSchema).min(1).max(mostChosen) })]),
});
type Many = z.infer<typeof manySchema>;

/** What is said: a tag that is given by name or taken off, or a verdict; null takes that back. */
export const saysSchema = z.union([
  z.object({ tag: tagNameSchema }),
  z.object({ untag: z.uuid() }),
  z.object({ verdict: verdictSchema.nullable() }),
]);
type Says = z.infer<typeof saysSchema>;

/** How many objects it would be; null: more than are counted. Throws `invalid_search` and `search_too_slow`. */
export async function countMany(app: App, user: SignedIn, asked: Many): Promise<{ total: number | null }> {
  return { total: (await choose(app, user, asked)).total };
}

type Chosen = Pick<NewBulkAct, 'query' | 'timeZone' | 'objectIds'> & { total: number | null };

async function choose(app: App, user: SignedIn, { case: caseId, of }: Many): Promise<Chosen> {
  const within: SearchQuery = { kind: 'words', field: 'case', operator: '=', values: [caseId] };
  const count = async (query: SearchQuery, timeZone: string) => {
    const found = await countFound(app.db, user, { query: allOf([within, query]), timeZone });
    return found.more ? null : found.count;
  };
  if ('hashes' in of) {
    const objects = await listObjectsByHashes(app.db, user, of.hashes);
    const total = await count({ kind: 'hash', hashes: of.hashes }, 'UTC');
    return { objectIds: objects.map(({ id }) => id), total };
  }
  const { query, timeZone } = of;
  return { query, timeZone, total: await count(readQuery(query), timeZone) };
}

/**
 * Has something said of many objects, in the background. Throws as `takeCaseToJudge`, `verdict_not_found`, `tag_not_found`, and
 * as `countMany`.
 */
export async function judgeMany(app: App, user: SignedIn, { says, ...asked }: Many & { says: Says }) {
  const chosen = await choose(app, user, asked);
  return app.db.transaction(async (tx) => {
    await takeCaseToJudge(tx, user, asked.case, 'contribute');
    const what = await readSays(tx, user, asked.case, says);
    const { total } = chosen;
    return begin(app, tx, user, { ...chosen, ...what, caseId: asked.case, askedBy: user.id, total });
  });
}

async function readSays(tx: Db, user: SignedIn, caseId: string, says: Says) {
  if ('tag' in says) return { tagId: (await makeTag(tx, user, { caseId, name: says.tag })).id, value: 'on' };
  if ('untag' in says) return { tagId: (await getTag(tx, caseId, says.untag)).id, value: null };
  return { tagId: null, value: says.verdict === null ? null : await readVerdict(tx, caseId, says.verdict) };
}

/** Only whoever asked may, once, when it has ended. Throws `bulk_act_not_found`, `not_undoable`, and as `takeCaseToJudge`. */
export const undoMany = (app: App, user: SignedIn, id: number) =>
  app.db.transaction(async (tx) => {
    const act = await findBulkAct(tx, user, id);
    if (!act) throw new AppError('bulk_act_not_found', 'You did no such thing');
    await takeCaseToJudge(tx, user, act.caseId, 'contribute');
    if (act.undoes !== null || act.isUndone)
      throw new AppError('not_undoable', 'It was undone already: say it again instead');
    if (act.finishedAt === null) throw new AppError('not_undoable', 'It is under way: undo it when it has ended');
    const { caseId, tagId, changed } = act;
    return begin(app, tx, user, { caseId, tagId, value: null, undoes: id, askedBy: user.id, total: changed });
  });

async function begin(app: App, tx: Db, user: SignedIn, act: NewBulkAct): Promise<{ id: number }> {
  const id = await insertBulkAct(tx, act);
  const { caseId, tagId, value, undoes, query, total } = act;
  const details = { many: id, tag: tagId, value, undoes, query, total };
  await recordActs(tx, [{ by: user, act: 'judge_many', subject: { kind: 'case', id: caseId }, details }]);
  await app.sender.sendObjects(tx, 'bulk', [id]);
  return { id };
}

/** What the asker had said of many objects lately, the newest first. */
export async function listMany(app: App, user: SignedIn) {
  const acts = await listBulkActs(app.db, user, 10);
  return acts.map(({ askedAt, finishedAt, ...act }: BulkActRow) => ({
    ...act,
    askedAt: askedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    canUndo: act.undoes === null && !act.isUndone && finishedAt !== null && act.changed > 0,
  }));
}
