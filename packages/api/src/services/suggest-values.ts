import {
  type Asker,
  listCurrentModels,
  suggestCases,
  suggestMimes,
  suggestOwnVerdicts,
  suggestResultNames,
  suggestTags,
  suggestUploaders,
  suggestWords,
} from '@assay/db';
import {
  disputed,
  mediaTypes,
  modelNameSchema,
  objectVerdicts,
  predictionVerdicts,
  printSearchWord,
  type SearchField,
  searchFields,
  stateWords,
} from '@assay/shared';
import { z } from 'zod';
import type { App } from '../app.ts';

const fieldNames = Object.keys(searchFields) as [SearchField, ...SearchField[]];

export const suggestSchema = z.object({
  /** Behind the operator of which field or class; null: at the beginning of a condition. */
  of: z
    .union([z.object({ field: z.enum(fieldNames) }), z.object({ model: modelNameSchema, class: z.string().max(500) })])
    .nullable(),
  /** What is written already. */
  prefix: z.string().max(200),
});

/** What could be written, as it would stand in the query, and what it is. */
export interface Suggestion {
  text: string;
  /** A field or class, which an operator follows; or a value. */
  kind: 'field' | 'class' | 'annotation' | 'value';
  does: string;
}

const most = 12;

export async function suggestValues(
  app: App,
  asker: Asker,
  { of, prefix }: z.infer<typeof suggestSchema>,
): Promise<Suggestion[]> {
  const part = prefix.toLowerCase();
  if (of === null) return [...suggestFields(part), ...(await suggestNames(app, asker, part))].slice(0, most);
  const values = await listValues(app, asker, of, part);
  return values.slice(0, most).map((text): Suggestion => ({ text: printSearchWord(text), kind: 'value', does: '' }));
}

const suggestFields = (part: string): Suggestion[] =>
  fieldNames
    .filter((name) => name.startsWith(part))
    .map((name): Suggestion => ({ text: name, kind: 'field', does: searchFields[name].does }));

async function suggestNames(app: App, asker: Asker, part: string): Promise<Suggestion[]> {
  if (part === '') return [];
  const names = await suggestResultNames(app.db, asker, part);
  return names.map(({ kind, model, name }): Suggestion => {
    if (kind === 'annotation')
      return { text: `${model} box = ${printSearchWord(name)}`, kind, does: 'places in the object' };
    const plain = printSearchWord(`${model}.${name}`);
    return { text: plain.startsWith('"') ? `${model}."${name}"` : plain, kind, does: `what ${model} says` };
  });
}

async function listValues(
  app: App,
  asker: Asker,
  of: NonNullable<z.infer<typeof suggestSchema>['of']>,
  part: string,
): Promise<string[]> {
  if ('model' in of) return suggestWords(app.db, asker, of, part);
  const among = (values: readonly string[]) => values.filter((value) => value.includes(part));
  switch (of.field) {
    case 'type':
      return among(mediaTypes);
    case 'mime':
      return suggestMimes(app.db, asker, part);
    case 'case':
      return suggestCases(app.db, asker, part);
    case 'tag':
      return [...(await suggestTags(app.db, asker, part)), ...among(['none'])];
    case 'verdict': {
      const models = (await listCurrentModels(app.db)).map(({ name }) => name);
      const ofModels = models.flatMap((model) => predictionVerdicts.map((verdict) => `${model}:${verdict}`));
      return [
        ...among([...objectVerdicts, 'none', disputed]),
        ...(await suggestOwnVerdicts(app.db, asker, part)),
        ...among(ofModels),
      ];
    }
    case 'uploader':
      return suggestUploaders(app.db, asker, part);
    case 'state': {
      const models = (await listCurrentModels(app.db)).map(({ name }) => name);
      return among([...stateWords, ...models.flatMap((model) => stateWords.map((state) => `${model}:${state}`))]);
    }
    case 'uploaded':
      return among(['today', 'yesterday', '7d', '30d']);
    case 'derived':
      return among(['yes', 'no']);
    default:
      return [];
  }
}
