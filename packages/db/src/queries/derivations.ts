import type { Derivation } from '@assay/shared';
import type { Db } from '../client.ts';
import { derivations } from '../schema/derivation.ts';
import { insertRows } from './insert-rows.ts';
import { putHeirsInPlace } from './put-in-place.ts';

/** An object that a prediction made, in the order of its answer. */
export interface Derived extends Derivation {
  childId: number;
  /** Of the child, as `insertObjects` says. */
  place?: number;
}

/** Links what a prediction made to the object that it made it from, which is locked. */
export async function insertDerivations(
  tx: Db,
  by: { predictionId: string; parentId: number },
  made: Derived[],
): Promise<void> {
  if (made.length === 0) return;
  const rows = made.map(({ childId, time, label }, position) => ({
    ...by,
    position,
    childId,
    timeStart: time?.start ?? null,
    timeEnd: time?.end ?? null,
    label: label ?? null,
  }));
  const old = made.flatMap(({ childId, place }) => (place === childId ? [] : [{ objectId: childId, place }]));
  await putHeirsInPlace(tx, by.parentId, old);
  await tx.execute(insertRows(derivations, rows));
}
