import { countGuess, findNamed, forgetGuesses, type Origin, recordActs, takeBackGuess } from '@assay/db';
import { AppError } from '@assay/shared';
import type { App } from '../app.ts';

/** For which a try counts, and somebody who guessed too often is refused. */
export const guessSeconds = 15 * 60;

/** Of one account: from one address, and from all of them together; of one address: at all accounts. */
const most = { here: 10, account: 50, address: 100 };

export interface Guess {
  /** It was right after all. */
  wasRight(): Promise<void>;
}

/**
 * Counts a try at a password, whether there is such an account or not. Throws `too_many_requests` when there were too
 * many, before the password is looked at: then the right one is refused too.
 */
export async function beginGuess(app: App, username: string, from: Origin): Promise<Guess> {
  const { address } = from;
  const account = `account ${username.toLowerCase().slice(0, 200)}`;
  const keys = { here: `${account} from ${address}`, account, address: `address ${address}` };
  const counts = await countGuess(app.db, Object.values(keys), guessSeconds);
  const over = (['here', 'account', 'address'] as const).filter((key) => (counts.get(keys[key]) ?? 0) > most[key]);
  const [first] = over;
  // Once, as it begins: whoever goes on guessing does not fill the trail.
  if (first && over.every((key) => counts.get(keys[key]) === most[key] + 1))
    await recordActs(app.db, [
      {
        by: { ...(await findNamed(app.db, username)), from },
        act: 'lock_out',
        outcome: 'refused',
        details: { of: first },
      },
    ]);
  if (first)
    throw new AppError(
      'too_many_requests',
      `Too many tries with a wrong password. Wait ${guessSeconds / 60} minutes, or ask an administrator for a new password`,
    );
  return {
    async wasRight() {
      await forgetGuesses(app.db, [keys.here, keys.account]);
      await takeBackGuess(app.db, keys.address);
    },
  };
}
