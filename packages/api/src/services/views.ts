import { type Act, type Db, recordActs } from '@assay/db';
import { LRUCache } from 'lru-cache';
import type { SignedIn } from '../access.ts';

type View = 'view' | 'view_bytes' | 'download' | 'view_trail';
type Kind = 'object' | 'run' | 'trail';

// A page asks again and again until all is done, a player for each stretch of a film.
const once = { max: 100_000, ttl: 60 * 60 * 1000 };

/** A record of the trail names so many at most. */
const mostObjects = 100;

/**
 * Puts down who is shown what, before it is shown: once an hour for a session or key, in this process. So what goes out
 * within the hour after a record was seen, too.
 */
export class Views {
  readonly #recorded = new LRUCache<string, true>(once);
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** `ids`: of objects their SHA-256; of the trail what of it was asked for. */
  async record(by: SignedIn, act: View, ids: readonly string[], kind: Kind = 'object'): Promise<void> {
    const credential = by.key?.id ?? by.session?.id ?? by.id;
    const nameOf = (id: string) => `${credential} ${act} ${id}`;
    const news = [...new Set(ids)].filter((id) => !this.#recorded.has(nameOf(id)));
    await recordActs(
      this.#db,
      toSubjects(kind, news).map((subject) => ({ by, act, subject })),
    );
    for (const id of news) this.#recorded.set(nameOf(id), true);
  }
}

/** Objects that are seen together are one record: a page shows many. */
function toSubjects(kind: Kind, ids: readonly string[]): NonNullable<Act['subject']>[] {
  if (kind !== 'object' || ids.length === 1) return ids.map((id) => ({ kind, id }));
  return Array.from({ length: Math.ceil(ids.length / mostObjects) }, (_, i) => ({
    kind: 'objects',
    ids: ids.slice(i * mostObjects, (i + 1) * mostObjects),
  }));
}
