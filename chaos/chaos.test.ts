import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Evidence } from './checks/violation.ts';
import { describeAct, makePlan, partNames } from './plan.ts';
import { check, runChaos } from './run.ts';

test('a seed plans the same each time, another seed something else, and everything dies and runs again', () => {
  const plan = makePlan(7, 60);
  expect(makePlan(7, 60)).toEqual(plan);
  expect(makePlan(8, 60).map(describeAct)).not.toEqual(plan.map(describeAct));
  for (const part of partNames) {
    const own = plan.flatMap((act) => ('part' in act && act.part === part ? act.do : []));
    expect(own.length, part).toBeGreaterThan(0);
    expect(own.at(-1), part).toBe('start');
  }
  expect(plan.map(({ at }) => at)).toEqual(plan.map(({ at }) => at).sort((a, b) => a - b));
});

/** Breaks each promise in the database and the store, which the checks have found whole. */
async function spoil({ db, storageUrl }: Evidence): Promise<void> {
  const one = (where: string) => sql.raw(`(select id from predictions where ${where} order by id limit 1)`);
  await db.execute(sql`alter table predictions disable trigger keep_finished`);
  await db.execute(
    sql`update predictions set result = '{"sha256": "of another", "bytes": 1}' where id = ${one(`state = 'succeeded'`)}`,
  );
  await db.execute(sql`update predictions set attempts = 9 where id = ${one(`state = 'failed'`)}`);
  await db.execute(sql`insert into pgboss.job (name, id) select 'predict.' || model_id, id from predictions
    where state = 'succeeded' order by id desc limit 1`);
  await db.execute(sql`update predictions set state = 'queued', result = null where id = (select id from predictions
    where state = 'succeeded' order by id offset 1 limit 1)`);
  await db.execute(sql`delete from uploads where id = (select id from uploads order by id limit 1)`);
  await writeFile(join(fileURLToPath(storageUrl), 'incoming', 'left'), 'left');
  await writeFile(join(fileURLToPath(storageUrl), 'incoming', '..', 'no object'), 'left');
}

test('killed and restarted at random, it loses nothing, makes nothing twice and leaves nothing behind', async () => {
  let told: string[] = [];
  const report = await runChaos({
    seed: 20_251_126,
    seconds: 20,
    tell: () => {},
    async onChecked(evidence) {
      await spoil(evidence);
      told = (await check(evidence)).map(({ name }) => name);
    },
  });
  expect(report.violations).toEqual([]);
  expect(report.predictions.succeeded).toBeGreaterThan(20);
  // Each of the checks sees what it is there for.
  expect(told).toEqual(
    expect.arrayContaining([
      'result-of-other-bytes',
      'too-many-attempts',
      'job-without-prediction',
      'prediction-without-job',
      'not-final',
      'changed-when-final',
      'labels-of-another',
      'upload-lost',
      'temp-file-left',
    ]),
  );
}, 400_000);
