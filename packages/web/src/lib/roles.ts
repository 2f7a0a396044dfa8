import type { Role } from '@assay/shared';

export const describeRole: Record<Role, { word: string; one: string; may: (whose: 'your' | 'their') => string }> = {
  administrator: {
    word: 'Administrator',
    one: 'an administrator',
    may: (whose) =>
      `upload and run models in ${whose} cases, add models, look after accounts, and see which cases there are`,
  },
  investigator: {
    word: 'Investigator',
    one: 'an investigator',
    may: (whose) => `upload files, run models and see what they say, in ${whose} cases`,
  },
  researcher: { word: 'Researcher', one: 'a researcher', may: () => 'see models and figures, and no file' },
};
