import { sql } from 'drizzle-orm';
import { type Db, planned } from '../client.ts';

/** For more objects than that, a statement of their own costs little. */
const most = 200;

/** Lists are in the order of numbers: one that is used long after it was taken would stand behind what came meanwhile. */
const freshMilliseconds = 200;

/**
 * Numbers that objects will have, taken before there are objects: what names an object can then be written in one
 * statement with it. Those that come to nothing are missing from the sequence, which has enough of them.
 */
export class ObjectNumbers {
  #spare: number[] = [];
  #freshUntil = 0;

  /** As many, oldest first; undefined when that many are not at hand. */
  take(count: number): number[] | undefined {
    if (performance.now() > this.#freshUntil) this.#spare = [];
    return count <= this.#spare.length ? this.#spare.splice(0, count) : undefined;
  }

  /** Sees to it that about as many are at hand for the next that asks. */
  async restock(db: Db, count: number): Promise<void> {
    const missing = Math.min(count, most) - this.#spare.length;
    if (missing <= 0) return;
    const [row] = await db.execute<{ numbers: string }>(
      planned(
        sql`select array_agg(nextval('objects_id_seq'))::text as numbers from generate_series(1, ${missing}::int)`,
      ),
    );
    this.#spare.push(...(row?.numbers.slice(1, -1).split(',').map(Number) ?? []));
    this.#freshUntil = performance.now() + freshMilliseconds;
  }
}
