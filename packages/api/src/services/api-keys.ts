import {
  type ApiKeyRow,
  bindApiKey,
  listApiKeysOf,
  listCases,
  noteAccessChange,
  recordActs,
  revokeApiKey,
  setApiKeyEnd,
} from '@assay/db';
import { AppError, type KeyScope, listScopes } from '@assay/shared';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';

export async function listKeys(app: App, user: SignedIn) {
  const keys = await listApiKeysOf(app.db, user.id);
  return keys.map(({ createdAt, endsAt, lastUsedAt, ...key }) => ({
    ...key,
    state: stateOf({ ...key, endsAt }),
    createdAt: createdAt.toISOString(),
    endsAt: endsAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  }));
}

const stateOf = ({ isRevoked, endsAt }: Pick<ApiKeyRow, 'isRevoked' | 'endsAt'>) =>
  isRevoked ? ('revoked' as const) : endsAt && endsAt < new Date() ? ('ended' as const) : ('good' as const);

/** The key itself is in the answer, and can't be had again. Throws `not_allowed` for a scope that this role has not, `case_not_found`. */
export async function makeKey(
  app: App,
  user: SignedIn,
  wish: { name: string; scopes: KeyScope[]; cases: string[]; days: number | null },
): Promise<{ id: string; key: string }> {
  const foreign = wish.scopes.find((scope) => !listScopes(user.role).includes(scope));
  if (foreign)
    throw AppError.of({
      code: 'not_allowed',
      field: 'scopes',
      message: `Your role can give no key the scope ${foreign}`,
    });
  const caseIds = [...new Set(wish.cases)];
  const own = new Set(caseIds.length > 0 ? (await listCases(app.db, user)).map(({ id }) => id) : []);
  if (caseIds.some((id) => !own.has(id)))
    throw AppError.of({ code: 'case_not_found', field: 'cases', message: 'There is no such case of yours' });
  const permissions = { assay: [...new Set(wish.scopes)] };
  const { id, key } = await app.auth.api.createApiKey({ body: { userId: user.id, name: wish.name, permissions } });
  // Nobody has it yet.
  await app.db.transaction(async (tx) => {
    if (caseIds.length > 0) await bindApiKey(tx, id, caseIds);
    if (wish.days !== null) await setApiKeyEnd(tx, id, new Date(Date.now() + wish.days * 24 * 60 * 60 * 1000));
    const details = { name: wish.name, scopes: permissions.assay, days: wish.days, cases: caseIds };
    await recordActs(tx, [{ by: user, act: 'make_key', subject: { kind: 'key', id }, details }]);
  });
  return { id, key };
}

/** Throws `key_not_found`. */
export const revokeKey = (app: App, user: SignedIn, id: string): Promise<void> =>
  app.db.transaction(async (tx) => {
    const revoked = await revokeApiKey(tx, user.id, id);
    if (!revoked) throw new AppError('key_not_found', 'You have no such key');
    await recordActs(tx, [{ by: user, act: 'revoke_key', subject: { kind: 'key', id }, details: revoked }]);
    await noteAccessChange(tx, user.id);
  });
