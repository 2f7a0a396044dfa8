import type { Role } from '@assay/shared';

export const describeRole: Record<Role, { word: string; one: string; may: string }> = {
  administrator: {
    word: 'Administrator',
    one: 'an administrator',
    may: 'upload, see and run everything, add models, and look after accounts',
  },
  investigator: { word: 'Investigator', one: 'an investigator', may: 'upload files, run models and see what they say' },
  researcher: { word: 'Researcher', one: 'a researcher', may: 'see models and figures, and no file' },
};
