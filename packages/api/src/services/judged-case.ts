import { type Db, shareCase, type WorkCase } from '@assay/db';
import { AppError, type CaseRight, caseRights, mayInCase } from '@assay/shared';
import type { SignedIn } from '../access.ts';
import { noCase } from './cases.ts';

/**
 * The case, for whom has the right in it, which nobody archives until the transaction ends. Throws `case_not_found`,
 * `not_allowed`, and `case_archived`: what is in the archive is seen, and nothing more is said of it.
 */
export async function takeCaseToJudge(tx: Db, user: SignedIn, id: string, right: CaseRight): Promise<WorkCase> {
  const found = await shareCase(tx, user, id);
  if (!found) throw noCase();
  const { name, role, isArchived } = found;
  if (!mayInCase(role, right))
    throw new AppError('not_allowed', `As a ${role} of this case you may not do this: ${caseRights[right]}`);
  if (isArchived)
    throw new AppError(
      'case_archived',
      `The case ${name} is in the archive and is not judged any more: a manager can take it out`,
    );
  return found;
}
