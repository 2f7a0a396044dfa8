import { type Db, findSetting, recordActs, saveSetting } from '@assay/db';
import { type Blur, blurSchema, plainBlur } from '@assay/shared';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';

const name = 'blur';

/** How media are blurred for whoever has chosen nothing else. */
export async function getBlur(db: Db): Promise<Blur> {
  const kept = blurSchema.safeParse(await findSetting(db, name));
  return kept.data ?? plainBlur;
}

export const setBlur = (app: App, user: SignedIn, value: Blur): Promise<void> =>
  app.db.transaction(async (tx) => {
    const before = await getBlur(tx);
    await saveSetting(tx, { name, value, by: user.id });
    await recordActs(tx, [
      { by: user, act: 'change_setting', subject: { kind: 'setting', id: name }, details: { before, now: value } },
    ]);
  });
