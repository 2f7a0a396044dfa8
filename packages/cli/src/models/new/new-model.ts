import type { MediaType } from '@assay/shared';

export const languages = ['node', 'python'] as const;
export type Language = (typeof languages)[number];

export interface NewModel {
  name: string;
  accepts: MediaType[];
  language: Language;
}

/** The manifest of a new model, as the formatter has it: a short list is on one line. */
export function printManifest({ name, accepts }: NewModel, classes: string[], start: string): string {
  return printJson({
    protocol: 'assay/1',
    name,
    version: '0.1.0',
    title: name.replaceAll('_', ' '),
    description: 'Say here what it finds, and how far it can be relied on.',
    licence: '',
    accepts,
    tags: [],
    classes,
    limits: { maxBytes: 200_000_000, timeoutSeconds: 60, concurrency: 1 },
    start,
  });
}

export const printJson = (value: unknown) =>
  `${JSON.stringify(value, null, 2).replace(/\[\s+("[^\]]*")\s+\]/g, (_, items: string) => `[${items.replace(/\s+/g, ' ')}]`)}\n`;

export const printReadme = ({ name }: NewModel) => `# ${name}

What it finds, in a sentence.

**How good.** Measured how, on what.

**Licences.** Of the code, the weights and the packages.

**What it can't do.**
`;

/** What kind of object the first lines of code are for. */
export function kindOf({ accepts }: NewModel): 'image' | 'text' | 'other' {
  const [type, another] = accepts;
  return another === undefined && (type === 'image' || type === 'text') ? type : 'other';
}
