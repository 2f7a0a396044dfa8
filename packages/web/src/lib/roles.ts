import type { Role } from '@assay/shared';

export const describeRole: Record<Role, { word: string; one: string; may: string }> = {
  administrator: {
    word: 'Administrator',
    one: 'an administrator',
    may: 'upload and run models in their cases, add models, look after accounts, and see which cases there are',
  },
  investigator: {
    word: 'Investigator',
    one: 'an investigator',
    may: 'upload files, run models and see what they say, in their cases',
  },
  researcher: { word: 'Researcher', one: 'a researcher', may: 'see models and figures, and no file' },
};
