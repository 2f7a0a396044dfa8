import {
  addOwnVerdict,
  type Db,
  findCase,
  listOwnVerdicts,
  listTags,
  recordActs,
  removeOwnVerdict,
  updateTag,
} from '@assay/db';
import { AppError, type AuditAct, mostOwnVerdicts, objectVerdicts, type TagColour } from '@assay/shared';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';
import { noCase } from './cases.ts';
import { getTag } from './judge.ts';
import { takeCaseToJudge } from './judged-case.ts';

/** The words that people of the case judge with. Throws `case_not_found`. */
export async function getCaseWords(app: App, user: SignedIn, id: string) {
  if (!(await findCase(app.db, user, id))) throw noCase();
  const [own, tags] = await Promise.all([listOwnVerdicts(app.db, id), listTags(app.db, id)]);
  return { verdicts: [...objectVerdicts], ownVerdicts: own, tags };
}

const put = (tx: Db, by: SignedIn, act: AuditAct, { id, ...details }: { id: string } & Record<string, unknown>) =>
  recordActs(tx, [{ by, act, subject: { kind: 'case', id }, details }]);

/** Throws as `takeCaseToJudge`, `tag_not_found`, and `already_there` when another tag has the name. */
export const changeTag = (
  app: App,
  user: SignedIn,
  asked: { case: string; id: string; name?: string | undefined; colour?: TagColour | undefined },
): Promise<void> =>
  app.db.transaction(async (tx) => {
    await takeCaseToJudge(tx, user, asked.case, 'manage');
    const { name: before } = await getTag(tx, asked.case, asked.id);
    const { name, colour } = asked;
    if (name === undefined && colour === undefined) return;
    if (!(await updateTag(tx, asked.id, { name, colour })))
      throw AppError.of({ code: 'already_there', field: 'name', message: `This case has a tag ${name} already` });
    await put(tx, user, 'change_tag', { id: asked.case, tag: before, name, colour });
  });

/** It is nowhere to be seen any more. Throws as `takeCaseToJudge`, and `tag_not_found`. */
export const removeTag = (app: App, user: SignedIn, asked: { case: string; id: string }): Promise<void> =>
  app.db.transaction(async (tx) => {
    await takeCaseToJudge(tx, user, asked.case, 'manage');
    const { name } = await getTag(tx, asked.case, asked.id);
    await updateTag(tx, asked.id, { removedAt: new Date() });
    await put(tx, user, 'remove_tag', { id: asked.case, tag: name });
  });

/** Throws as `takeCaseToJudge`, and `already_there`. */
export const addVerdict = (app: App, user: SignedIn, asked: { case: string; name: string }): Promise<void> =>
  app.db.transaction(async (tx) => {
    await takeCaseToJudge(tx, user, asked.case, 'manage');
    const known = [...objectVerdicts, ...(await listOwnVerdicts(tx, asked.case))];
    if (known.some((each) => each.toLowerCase() === asked.name.toLowerCase()))
      throw AppError.of({ code: 'already_there', field: 'name', message: `This case has ${asked.name} already` });
    if (known.length >= objectVerdicts.length + mostOwnVerdicts)
      throw new AppError('already_there', `A case has at most ${mostOwnVerdicts} verdicts of its own`);
    await addOwnVerdict(tx, { caseId: asked.case, name: asked.name, addedBy: user.id });
    await put(tx, user, 'add_verdict', { id: asked.case, verdict: asked.name });
  });

/** It is given no more; where it was given it stays. Throws as `takeCaseToJudge`, and `verdict_not_found`. */
export const removeVerdict = (app: App, user: SignedIn, asked: { case: string; name: string }): Promise<void> =>
  app.db.transaction(async (tx) => {
    await takeCaseToJudge(tx, user, asked.case, 'manage');
    if (!(await removeOwnVerdict(tx, asked.case, asked.name)))
      throw new AppError('verdict_not_found', `This case has no verdict ${asked.name} of its own`);
    await put(tx, user, 'remove_verdict', { id: asked.case, verdict: asked.name });
  });
