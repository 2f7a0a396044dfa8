import { countVerdicts, findCase, type VerdictCounts } from '@assay/db';
import { wilsonInterval } from '@assay/shared';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';
import { noCase } from './cases.ts';

/** How often people of the case found a model right. */
export interface Precision extends VerdictCounts {
  /** Of the right among right and wrong, and within what it lies with 95 % confidence (Wilson); null: there are none. */
  precision: { share: number; low: number; high: number } | null;
}

/** Of each model at each version, and of each class of it. Throws `case_not_found`. */
export async function getPrecision(app: App, user: SignedIn, caseId: string): Promise<Precision[]> {
  if (!(await findCase(app.db, user, caseId))) throw noCase();
  const rows = await countVerdicts(app.db, user, caseId);
  return rows.map((row) => {
    const n = row.right + row.wrong;
    return { ...row, precision: n === 0 ? null : { share: row.right / n, ...wilsonInterval(row.right, n) } };
  });
}
