import { createStore } from './store.ts';

/** What the person said since the page was loaded, the newest last, to be undone from the end. */
interface Said {
  /** By which the server undoes it. */
  id: string;
  hash: string;
  /** In words. */
  what: string;
}

export const saidStore = createStore<readonly Said[]>([]);

export const noteSaid = (said: Said): void => saidStore.set([...saidStore.get(), said]);
export const forgetSaid = (id: string): void => saidStore.set(saidStore.get().filter((said) => said.id !== id));
