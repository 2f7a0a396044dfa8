import { once } from 'node:events';
import { listChain } from '@assay/db';
import { readConfig } from '../config.ts';
import { withDatabase } from './house.ts';

const pageSize = 2_000;

/** `assay audit export`: every sealed record, in the order of the chain, a line of JSON each. */
export async function exportTrail(env: NodeJS.ProcessEnv): Promise<void> {
  await withDatabase(readConfig(env), async (db) => {
    for (let after = 0; ; ) {
      const links = await listChain(db, after, pageSize);
      if (links.length === 0) return;
      const text = links.map((link) => `${JSON.stringify(link)}\n`).join('');
      if (!process.stdout.write(text)) await once(process.stdout, 'drain');
      after = links.at(-1)?.place ?? after;
    }
  });
}
