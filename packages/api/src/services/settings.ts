import { type Db, findOwnSetting, findSetting, recordActs, saveOwnSetting, saveSetting } from '@assay/db';
import { type Blur, blurSchema, plainBlur } from '@assay/shared';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';

const name = 'blur';

/** How media are blurred for this person. `own`: null where they have chosen nothing, and what is common holds. */
export async function getBlur({ db }: App, user: SignedIn): Promise<{ own: Blur | null; common: Blur }> {
  const [own, common] = await Promise.all([findOwnSetting(db, user.id, name), getCommonBlur(db)]);
  return { own: blurSchema.safeParse(own).data ?? null, common };
}

export const chooseBlur = ({ db }: App, user: SignedIn, value: Blur | null): Promise<void> =>
  saveOwnSetting(db, { userId: user.id, name, value });

async function getCommonBlur(db: Db): Promise<Blur> {
  const kept = blurSchema.safeParse(await findSetting(db, name));
  return kept.data ?? plainBlur;
}

export const setBlur = (app: App, user: SignedIn, value: Blur): Promise<void> =>
  app.db.transaction(async (tx) => {
    const before = await getCommonBlur(tx);
    await saveSetting(tx, { name, value, by: user.id });
    await recordActs(tx, [
      { by: user, act: 'change_setting', subject: { kind: 'setting', id: name }, details: { before, now: value } },
    ]);
  });
