import {
  countTags,
  type Db,
  findJudgement,
  findObject,
  findOrMakeTag,
  findPredictionIn,
  findTag,
  isInCase,
  judge,
  listOwnVerdicts,
  recordActs,
  type Saying,
} from '@assay/db';
import { AppError, mostTags, objectVerdicts, type PredictionVerdict } from '@assay/shared';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';
import { takeCaseToJudge } from './judged-case.ts';

/** What was said, for who wants to undo it; null: it was said already. */
export type Judged = { id: string | null };

interface OfObject {
  case: string;
  hash: string;
}

/** The object in the case. Throws `object_not_found`. */
export async function findObjectIn(tx: Db, user: SignedIn, { case: caseId, hash }: OfObject) {
  const object = await findObject(tx, user, hash);
  if (!object || !(await isInCase(tx, caseId, object.id)))
    throw new AppError('object_not_found', 'No object with this hash is in this case');
  return object;
}

/** Null takes the verdict back. Throws as `takeCaseToJudge`, `object_not_found`, and `verdict_not_found`. */
export const giveVerdict = (
  app: App,
  user: SignedIn,
  { verdict, ...of }: OfObject & { verdict: string | null },
): Promise<Judged> =>
  app.db.transaction(async (tx) => {
    await takeCaseToJudge(tx, user, of.case, 'contribute');
    const value = verdict === null ? null : await readVerdict(tx, of.case, verdict);
    const object = await findObjectIn(tx, user, of);
    return say(tx, user, { caseId: of.case, objectId: object.id, thing: 'object', value });
  });

/** The verdict as the case writes it. */
export async function readVerdict(tx: Db, caseId: string, written: string): Promise<string> {
  const known = [...objectVerdicts, ...(await listOwnVerdicts(tx, caseId))];
  const found = known.find((each) => each.toLowerCase() === written.toLowerCase());
  if (found === undefined)
    throw AppError.of({
      code: 'verdict_not_found',
      field: 'verdict',
      message: `This case has no verdict “${written}”: it has ${known.join(', ')}`,
    });
  return found;
}

/** Throws as `takeCaseToJudge`, `not_found`, and `nothing_to_judge` of a prediction that says nothing. */
export const judgePrediction = (
  app: App,
  user: SignedIn,
  asked: { case: string; prediction: string; verdict: PredictionVerdict | null },
): Promise<Judged> =>
  app.db.transaction(async (tx) => {
    await takeCaseToJudge(tx, user, asked.case, 'contribute');
    const found = await findPredictionIn(tx, asked.case, asked.prediction);
    if (!found) throw new AppError('not_found', `There is no prediction ${asked.prediction} in this case`);
    if (found.state !== 'succeeded')
      throw new AppError('nothing_to_judge', `${found.model} has said nothing of this object that could be right`);
    return say(tx, user, {
      caseId: asked.case,
      objectId: Number(found.objectId),
      thing: { predictionId: asked.prediction },
      value: asked.verdict,
      details: { model: found.model },
    });
  });

/** A tag that the case does not have yet is made. Throws as `takeCaseToJudge`, `object_not_found`, `too_many_tags`. */
export const tagObject = (
  app: App,
  user: SignedIn,
  { name, ...of }: OfObject & { name: string },
): Promise<Judged & { tag: string }> =>
  app.db.transaction(async (tx) => {
    await takeCaseToJudge(tx, user, of.case, 'contribute');
    const object = await findObjectIn(tx, user, of);
    if ((await countTags(tx, of.case, object.id)) >= mostTags)
      throw new AppError('too_many_tags', `An object has at most ${mostTags} tags`);
    const tag = await makeTag(tx, user, { caseId: of.case, name });
    const thing = { tagId: tag.id };
    const details = { tag: tag.name };
    const said = await say(tx, user, { caseId: of.case, objectId: object.id, thing, value: 'on', details });
    return { ...said, tag: tag.id };
  });

/** The case's tag of that name. A new one is put down. */
export async function makeTag(tx: Db, user: SignedIn, { caseId, name }: { caseId: string; name: string }) {
  const tag = await findOrMakeTag(tx, { caseId, name, by: user.id });
  if (tag.isNew)
    await recordActs(tx, [
      { by: user, act: 'make_tag', subject: { kind: 'case', id: caseId }, details: { tag: tag.name } },
    ]);
  return tag;
}

/** Throws as `takeCaseToJudge`, `object_not_found`, `tag_not_found`. */
export const untagObject = (app: App, user: SignedIn, { tag: tagId, ...of }: OfObject & { tag: string }) =>
  app.db.transaction(async (tx) => {
    await takeCaseToJudge(tx, user, of.case, 'contribute');
    const object = await findObjectIn(tx, user, of);
    const tag = await getTag(tx, of.case, tagId);
    const details = { tag: tag.name };
    return say(tx, user, { caseId: of.case, objectId: object.id, thing: { tagId }, value: null, details });
  });

export async function getTag(tx: Db, caseId: string, id: string) {
  const tag = await findTag(tx, caseId, id);
  if (!tag) throw new AppError('tag_not_found', 'This case has no such tag');
  return tag;
}

/**
 * Says again what stood before somebody said this. Only they may, and only while nothing else was said since: throws
 * `verdict_not_found`, `not_allowed`, `judged_since`, and as `takeCaseToJudge`.
 */
export const undoJudgement = (app: App, user: SignedIn, id: string): Promise<Judged> =>
  app.db.transaction(async (tx) => {
    const found = await findJudgement(tx, user, id);
    if (!found) throw new AppError('verdict_not_found', 'Nothing of this kind was said in your cases');
    await takeCaseToJudge(tx, user, found.caseId, 'contribute');
    if (found.madeBy !== user.id)
      throw new AppError('not_allowed', 'Somebody else said this: give a verdict of your own instead');
    if (!found.isNewest) throw new AppError('judged_since', 'It was changed again since: look at what stands now');
    const { predictionId, tagId } = found;
    const thing = predictionId ? { predictionId } : tagId ? { tagId } : 'object';
    const objectId = Number(found.objectId);
    return say(tx, user, { caseId: found.caseId, objectId, thing, value: found.before, act: 'undo' });
  });

async function say(
  tx: Db,
  user: SignedIn,
  { objectId, ...saying }: Omit<Saying, 'by' | 'objectIds'> & { objectId: number },
): Promise<Judged> {
  const [said] = await judge(tx, { ...saying, objectIds: [objectId], by: user });
  return { id: said?.id ?? null };
}
