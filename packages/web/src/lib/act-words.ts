import { auditActs } from '@assay/shared';
import type { Answers } from './trpc.ts';

/** An act in words; one that only a later version of Assay knows, as it is called. */
export const describeAct = (act: string): string => (auditActs as Record<string, string>)[act] ?? act;

type Actor = Pick<Answers['audit']['list']['records'][number], 'username' | 'userId' | 'address'>;

/** Who acted. */
export const describeActor = ({ username, userId, address }: Actor): string =>
  username ?? userId ?? (address === null ? 'Assay itself' : 'a stranger');
