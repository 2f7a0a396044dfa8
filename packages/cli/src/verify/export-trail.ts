import { once } from 'node:events';
import { readChain, recordActs } from '@assay/db';
import { readConfig } from '../config.ts';
import { describeCaller, withDatabase } from './house.ts';

/** `assay audit export`: every sealed record, in the order of the chain, a line of JSON each. That it was is put down after. */
export async function exportTrail(env: NodeJS.ProcessEnv): Promise<void> {
  await withDatabase(readConfig(env), async (db) => {
    for await (const links of readChain(db)) {
      const text = links.map((link) => `${JSON.stringify(link)}\n`).join('');
      if (!process.stdout.write(text)) await once(process.stdout, 'drain');
    }
    await recordActs(db, [{ by: null, act: 'export_trail', details: { ...describeCaller(), format: 'jsonl' } }]);
  });
}
