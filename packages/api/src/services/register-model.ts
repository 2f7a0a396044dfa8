import { setTimeout as wait } from 'node:timers/promises';
import { findModelEndpoint, recordActs, registerModelEndpoint, removeModelEndpoint } from '@assay/db';
import { AppError, type Manifest, type ModelState } from '@assay/shared';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';

export interface RegisteredModel extends Pick<Manifest, 'name' | 'version' | 'accepts' | 'emits'> {
  url: string;
  state: ModelState;
}

// A worker reads the list of addresses every second, and gives a model three to answer.
const patience = 8_000;
const lookEvery = 100;

/**
 * Adds the address to those where models are, once a worker has found a model there; only workers ever ask it, and only
 * where the operator permits models to be. Throws `unfit_model`, with what is wrong by field, and `not_ready` when no
 * worker looked; then the address is as unknown as before. One that is known already stays, whatever is found.
 */
export async function registerModel(app: App, user: SignedIn, url: string): Promise<RegisteredModel> {
  const isNew = await registerModelEndpoint(app.db, url, user.id);
  try {
    const found = await waitForModel(app, url);
    const subject = { kind: 'model' as const, id: `${found.name} ${found.version}` };
    await recordActs(app.db, [{ by: user, act: 'register_model', subject, details: { url, isNew } }]);
    return found;
  } catch (error) {
    if (isNew) await removeModelEndpoint(app.db, url);
    throw error;
  }
}

async function waitForModel(app: App, url: string): Promise<RegisteredModel> {
  const until = performance.now() + patience;
  for (;;) {
    const found = await findModelEndpoint(app.db, url);
    if (found?.manifest) {
      const { name, version, accepts, emits } = found.manifest;
      return { url, state: found.state, name, version, accepts, emits };
    }
    if (found?.checkedAt && found.state !== 'starting')
      throw AppError.of({ code: 'unfit_model', field: 'url', message: found.detail ?? `No model answers at ${url}` });
    if (performance.now() > until)
      throw new AppError('not_ready', `No worker could look at ${url} within ${patience / 1000} s. Try again`);
    await wait(lookEvery);
  }
}
