import { AssayError, parseJson } from './assay-error.ts';
import { Caller } from './caller.ts';

/** The token with which this person's requests are answered. Throws `not_signed_in` when name or password is wrong. */
export async function signIn(who: { url: string; username: string; password: string }): Promise<string> {
  const { url, username, password } = who;
  const answer = await new Caller(url)
    .call({
      method: 'POST',
      path: '/api/auth/sign-in/username',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    })
    .catch((error: unknown) => {
      if (!(error instanceof AssayError) || ![400, 401, 403, 422].includes(error.status ?? 0)) throw error;
      throw new AssayError('not_signed_in', 'User name or password is wrong', { status: 401, cause: error });
    });
  const said = parseJson(await answer.body.text());
  if (said instanceof Object && 'twoFactorRedirect' in said)
    throw new AssayError('second_factor_required', 'This account has a second factor: use an API key instead');
  const token = answer.headers['set-auth-token']?.toString();
  if (!token) throw new AssayError('unexpected_answer', `What answers at ${url} is no Assay: it gave no token`);
  return token;
}
