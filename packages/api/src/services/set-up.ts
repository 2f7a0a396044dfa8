import { AppError } from '@assay/shared';
import type { App } from '../app.ts';
import { createFirstUser, isSetUpToken } from '../auth.ts';

/**
 * Makes the first account, for whoever has the set-up link, and signs them in.
 * `headers` are those of the request. Throws `not_signed_in` for a wrong token and `already_set_up` once there is anybody.
 */
export async function setUpFirstUser(
  app: App,
  person: { token: string; username: string; password: string; name?: string | undefined },
  headers: Headers,
): Promise<Response> {
  if (!isSetUpToken(app.config.secret, person.token))
    throw new AppError('not_signed_in', 'This set-up link is not valid. The right one is printed when Assay starts.');
  if (!(await createFirstUser(app.db, app.auth, person)))
    throw new AppError('already_set_up', 'Assay is set up already. Sign in instead.');
  const { username, password } = person;
  return app.auth.api.signInUsername({ body: { username, password }, headers, asResponse: true });
}
