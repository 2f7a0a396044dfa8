import { StartError } from '@assay/db';
import { openStore } from '@assay/storage';
import type { Config } from './config.ts';

/** A store that can't be used is a fault of its settings: better a sentence now than a refused upload later. */
export async function checkStore(config: Pick<Config, 'storageUrl' | 'incoming'>): Promise<void> {
  const store = await openStore(config.storageUrl, config);
  try {
    await store.check();
  } catch (error) {
    throw new StartError(`The object store can't be used. ${(error as Error).message}`, { cause: error });
  } finally {
    await store.close();
  }
}
