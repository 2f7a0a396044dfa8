import { createStore } from './store.ts';

/** How far the upload is that goes on while somebody looks at another page; null when there is none. */
export const sendingShare = createStore<number | null>(null);
