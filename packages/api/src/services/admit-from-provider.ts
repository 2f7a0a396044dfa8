import {
  type Act,
  type Db,
  findAccountLink,
  findLinkable,
  findProviderAccount,
  insertPerson,
  insertProviderAccount,
  type Origin,
  recordActs,
  setAccountLinkUser,
  useAccountLink,
} from '@assay/db';
import type { Role } from '@assay/shared';
import { v7 as uuidv7 } from 'uuid';
import type { ProviderConfig } from '../config.ts';
import { type Claims, type Purpose, providerId } from './sign-in-provider.ts';

interface Comer {
  claims: Claims;
  purpose: Purpose;
  from: Origin;
}

type Admitted = { id: string; username: string } | { refusal: 'not_invited' | 'linked_elsewhere' };

/** Who somebody is whom the provider vouches for; whoever may have an account and has none yet gets it here. */
export function admitFromProvider(db: Db, config: ProviderConfig, comer: Comer): Promise<Admitted> {
  const { claims, purpose } = comer;
  const account = { providerId, accountId: claims.sub };
  return db.transaction(async (tx) => {
    const known = await findProviderAccount(tx, account);
    if (known) return purpose.linkTo && purpose.linkTo !== known.id ? { refusal: 'linked_elsewhere' } : known;
    const present = await findLinkable(
      tx,
      purpose.linkTo ? { id: purpose.linkTo } : config.linkByEmail ? namesOf(claims, config) : undefined,
    );
    if (present) {
      await insertProviderAccount(tx, { ...account, userId: present.id });
      const details = { provider: config.issuer, by: purpose.linkTo ? 'themselves' : 'email' };
      await recordActs(tx, [act(comer, present, { act: 'link_provider', details })]);
      return present;
    }
    if (purpose.invitation) {
      const link = await useInvitation(tx, purpose.invitation);
      if (!link) return { refusal: 'not_invited' };
      const person = await makePerson(tx, comer, link.role);
      await setAccountLinkUser(tx, link.id, person.id);
      const subject = { kind: 'invitation' as const, id: link.id };
      const details = { role: link.role, provider: config.issuer };
      await recordActs(tx, [{ ...act(comer, person, { act: 'accept_invitation', details }), subject }]);
      return person;
    }
    if (!mayComeUninvited(claims, config)) return { refusal: 'not_invited' };
    const person = await makePerson(tx, comer, config.signUp.role);
    const details = { role: config.signUp.role, provider: config.issuer };
    await recordActs(tx, [act(comer, person, { act: 'sign_up', details })]);
    return person;
  });
}

const act = ({ from }: Comer, person: { id: string; username: string }, it: Pick<Act, 'act' | 'details'>): Act => ({
  by: { ...person, from },
  subject: { kind: 'person', id: person.id },
  ...it,
});

async function useInvitation(tx: Db, tokenHash: string) {
  if ((await findAccountLink(tx, tokenHash))?.kind !== 'invitation') return undefined;
  return useAccountLink(tx, tokenHash);
}

const verifiedEmail = ({ email, email_verified }: Claims) => (email_verified ? email?.toLowerCase() : undefined);

const isOfDomains = (email: string, domains: readonly string[]) => domains.includes(email.split('@').at(-1) ?? '');

function mayComeUninvited(claims: Claims, { signUp: { domains, claim } }: ProviderConfig): boolean {
  const email = verifiedEmail(claims);
  if (email && isOfDomains(email, domains)) return true;
  return claim !== undefined && [claims[claim.name]].flat().includes(claim.value);
}

/** Under which somebody with an account may be known: the address itself, and in a domain of ours what stands before its @. */
function namesOf(claims: Claims, { signUp: { domains } }: ProviderConfig) {
  const email = verifiedEmail(claims);
  if (!email) return undefined;
  return { email, username: isOfDomains(email, domains) ? email.split('@')[0] : undefined };
}

async function makePerson(tx: Db, { claims }: Comer, role: Role): Promise<{ id: string; username: string }> {
  const id = uuidv7();
  const wished = (claims.preferred_username ?? claims.email ?? '').split('@')[0] ?? '';
  const plain = wished.replaceAll(/[^A-Za-z0-9_.-]/g, '').slice(0, 50);
  const base = plain.length >= 2 ? plain : 'person';
  const name = (claims.name ?? '').trim().slice(0, 200);
  const account = { providerId, accountId: claims.sub };
  for (let n = 1; n <= 1000; n++) {
    const username = n === 1 ? base : `${base}-${n}`;
    const email = n === 1 ? verifiedEmail(claims) : undefined;
    if (await insertPerson(tx, { id, username, name, role, email, account }))
      return { id, username: username.toLowerCase() };
  }
  throw new Error(`A thousand people are called ${base}`);
}
