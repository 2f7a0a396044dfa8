import type { Origin } from '@assay/db';
import { AppError } from '@assay/shared';
import type { App } from '../app.ts';
import { createFirstUser, isSetUpToken } from '../auth.ts';

/**
 * Makes the first account, for whoever has the set-up link. Throws `not_signed_in` for a wrong token and `already_set_up` once there is anybody.
 */
export async function setUpFirstUser(
  app: App,
  person: { token: string; username: string; password: string; name?: string | undefined },
  from: Origin,
): Promise<void> {
  if (!isSetUpToken(app.config.secret, person.token))
    throw new AppError('not_signed_in', 'This set-up link is not valid. The right one is printed when Assay starts.');
  if (!(await createFirstUser(app.db, app.auth, person, from)))
    throw new AppError('already_set_up', 'Assay is set up already. Sign in instead.');
}
