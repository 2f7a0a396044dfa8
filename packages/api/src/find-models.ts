import { type Db, listCurrentModels, type ModelStanding } from '@assay/db';
import { LRUCache } from 'lru-cache';
import { isFitText } from './fit-text.ts';

// The registry itself looks at each model every two seconds.
const remembered = { max: 1000, ttl: 1000 };

/** The models of these names as they stood within the last second. One that is missing is looked for every time. */
export function modelFinder(db: Db): (names: string[]) => Promise<ModelStanding[]> {
  const found = new LRUCache<string, ModelStanding[]>({
    ...remembered,
    fetchMethod: (names) => listCurrentModels(db, { names: JSON.parse(names) }),
  });
  return async (names) => {
    // What no database can keep is no model's name.
    const key = JSON.stringify(names.filter(isFitText));
    const models = (await found.fetch(key)) ?? [];
    if (models.length < names.length) found.delete(key);
    return models;
  };
}
