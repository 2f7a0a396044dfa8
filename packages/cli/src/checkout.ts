import { fileURLToPath } from 'node:url';

const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Where things are in a checkout of Assay. */
export const checkout = {
  root: fromHere('../../../'),
  main: fromHere('./main.ts'),
  models: fromHere('../../../models'),
  web: fromHere('../../web/dist'),
  binaries: fromHere('../../../node_modules/.bin'),
} as const;
