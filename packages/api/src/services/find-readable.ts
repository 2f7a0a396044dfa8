import { type Asker, findObject, listDeletions } from '@assay/db';
import { AppError, anyHashSchema } from '@assay/shared';
import type { App } from '../app.ts';

/** The object whose bytes the asker gets. Throws `object_not_found`, and `object_deleted` with when, by whom and why. */
export async function findReadable({ db }: Pick<App, 'db'>, asker: Asker, hash: unknown) {
  const { data } = anyHashSchema.safeParse(hash);
  const object = data && (await findObject(db, asker, data));
  if (!object) throw new AppError('object_not_found', 'No object with this hash is known');
  const deletion = (await listDeletions(db, asker, [object.id])).get(object.id);
  if (deletion) {
    const { at, by, reason } = deletion;
    const who = by === null ? '' : ` by ${by}`;
    throw new AppError('object_deleted', `Its bytes were deleted ${at.toISOString()}${who}: ${reason}`);
  }
  return object;
}
