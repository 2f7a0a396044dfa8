import { AppError, passwordLength } from '@assay/shared';

let checker: Promise<(password: string, about: string[]) => number> | undefined;

/** Throws `weak_password` when somebody who knows whose it is and what people choose would soon guess it. */
export async function checkPassword(password: string, person: { username: string; name: string }): Promise<void> {
  checker ??= loadChecker();
  const score = (await checker)(password, ['assay', person.username, ...person.name.split(/\s+/)]);
  if (score >= 3) return;
  const message = `The password is too easy to guess. ${passwordLength.min} characters are the least; several words that do not belong together do well`;
  throw AppError.of({ code: 'weak_password', field: 'password', message });
}

/** The dictionaries take a third of a second to load, and most processes never set a password. */
async function loadChecker() {
  const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  const zxcvbn = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
  return (password: string, about: string[]) => zxcvbn.check(password, about).score;
}
