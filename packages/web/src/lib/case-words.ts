import type { CaseRole } from '@assay/shared';

export const describeCaseRole: Record<CaseRole, { word: string; may: string }> = {
  reader: { word: 'Reader', may: 'sees what is in the case' },
  contributor: { word: 'Contributor', may: 'sees it, uploads into it and runs models' },
  manager: { word: 'Manager', may: 'does that, and looks after members and settings' },
};

/** What a case is called on a page. `privateOf`: the user name of whose private one it is. */
export const nameCase = (
  { name, privateOf }: { name: string; privateOf: string | null },
  me: string | undefined,
): string => (privateOf === null ? name : privateOf === me ? 'Private' : `Private, of ${privateOf}`);
