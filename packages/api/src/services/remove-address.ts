import { type AddressOrigin, listModelAddresses, recordActs, removeRegisteredEndpoint } from '@assay/db';
import { AppError } from '@assay/shared';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';

const whyItStays: Record<Exclude<AddressOrigin, 'registered'>, string> = {
  bundled: 'it comes with Assay, which starts it; ASSAY_BUNDLED_MODELS says which are started',
  configured: 'ASSAY_MODEL_URLS names it: take it out there, and start Assay again',
};

/**
 * Takes an address out that somebody registered: no more work goes there. The model stays on record, with what it said;
 * what waits for it goes on waiting. Throws `not_found`, and `not_removable` for an address that the operator named.
 */
export async function removeAddress(app: App, user: SignedIn, url: string): Promise<void> {
  const isRemoved = await app.db.transaction(async (tx) => {
    if (!(await removeRegisteredEndpoint(tx, url))) return false;
    await recordActs(tx, [{ by: user, act: 'remove_model', subject: { kind: 'model', id: url } }]);
    return true;
  });
  if (isRemoved) return;
  const known = (await listModelAddresses(app.db)).find((address) => address.url === url);
  if (!known || known.origin === 'registered') throw new AppError('not_found', `No model is registered at ${url}`);
  throw AppError.of({ code: 'not_removable', field: 'url', message: `${url} stays: ${whyItStays[known.origin]}` });
}
