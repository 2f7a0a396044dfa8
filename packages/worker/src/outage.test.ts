import { chmod, mkdtemp, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrateDatabase, startEmbeddedPostgres } from '@assay/db';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { openTestWorkers, succeed } from './test-workers.ts';

test.each(['kill', 'stop'] as const)(
  'a database that goes away (%s) and comes back loses no result',
  async (how) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'assay-test-outage-'));
    await chmod(dataDir, 0o711);
    let postgres = await startEmbeddedPostgres({ dataDir, fsync: false });
    await migrateDatabase(postgres.url);
    const house = await openTestWorkers({ databaseUrl: postgres.url });
    try {
      const held: ServerResponse[] = [];
      const model = await house.addModel((res, _, n) => (n === 1 ? void held.push(res) : succeed(res)));
      await house.start();
      const { objectId } = await house.bringIn('in hand meanwhile');
      await expect.poll(() => held.length).toBe(1);
      // A claim does not wait for the disk: one that is not there yet when the server is killed is made again.
      await house.db.execute(sql`checkpoint`);
      await postgres[how]();
      // The answer comes while nobody can write it down.
      if (held[0]) succeed(held[0]);
      postgres = await startEmbeddedPostgres({ dataDir, fsync: false });
      await house.untilFinal(objectId);
      expect(await house.read(objectId)).toMatchObject({ state: 'succeeded', attempts: 1 });
      expect(model.calls).toHaveLength(1);
      await house.untilFinal((await house.bringIn('afterwards')).objectId);
    } finally {
      await house.close();
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  },
  60_000,
);
