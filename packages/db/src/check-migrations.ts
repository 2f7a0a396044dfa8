/** Fails when the committed migrations do not lead to the schema in code. */
import { readdirSync, readFileSync } from 'node:fs';
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api';
import * as schema from './schema/all.ts';

const meta = new URL('../migrations/meta/', import.meta.url);
const newest = readdirSync(meta)
  .filter((name) => name.endsWith('_snapshot.json'))
  .sort()
  .at(-1);
if (!newest) throw new Error('No migration snapshot is committed. Run: pnpm --filter @assay/db generate');

const before = JSON.parse(readFileSync(new URL(newest, meta), 'utf8'));
const now = generateDrizzleJson(schema, before.id, undefined, 'snake_case');
const missing = await generateMigration(before, now);
if (missing.length > 0) {
  process.stderr.write(
    `The schema and the migrations differ. Run: pnpm --filter @assay/db generate\n${missing.join('\n')}\n`,
  );
  process.exitCode = 1;
}
