import { hash } from 'node:crypto';
import { objectHashSchema } from '@assay/shared';
import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, type Db, openDatabase } from '../client.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { insertCase } from './cases.ts';
import { insertObjects, listKnownObjects } from './objects.ts';

const eve = { id: 'eve' };
const many = 300;
const question = (what: string) =>
  Array.from({ length: many }, (_, i) => ({ sha256: objectHashSchema.parse(hash('sha256', `${what} ${i}`)), size: 1 }));

let place: TestDatabase;
let database: Database;
let db: Db;

beforeAll(async () => {
  place = await createTestDatabase();
  database = openDatabase(place.url, { connections: 1 });
  db = database.db;
  await db.execute(sql`insert into "user" (id, name, email, username) values
    ('ada', 'Ada', 'ada@assay.invalid', 'ada'), ('eve', 'Eve', 'eve@assay.invalid', 'eve')`);
  for (const [what, by] of [
    ['hidden', 'ada'],
    ['own', 'eve'],
  ] as const) {
    const caseId = await insertCase(db, { name: what, by });
    const facts = question(what).map(({ sha256, size }) => ({
      ...{ sha256, size, md5: sha256.slice(32), sha1: sha256.slice(24) },
      ...{ mediaType: 'text' as const, mime: 'text/plain', encoding: null },
    }));
    for (const { id } of (await insertObjects(db, null, facts)).values())
      await db.execute(sql`insert into case_objects (object_id, case_id, place) values (${id}, ${caseId}, ${id})`);
  }
  await db.execute(sql`analyze`);
});
afterAll(async () => {
  await database.close();
  await place.drop();
});

/** What is asked of the database, and how many answers are taken. */
async function ask(what: string) {
  const statements: SQL[] = [];
  const recorder = new Proxy(db, {
    get: (target, name) =>
      name === 'execute'
        ? (statement: SQL) => {
            statements.push(statement);
            return target.execute(statement);
          }
        : Reflect.get(target, name),
  });
  const known = await listKnownObjects(recorder, eve, question(what));
  return { known: known.length, statements };
}

interface Node {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Loops': number;
  'Actual Rows': number;
  Plans?: Node[];
}

/** Each step of the statement, how often it is taken, and how much it reads. */
async function listSteps(statement: SQL): Promise<string[]> {
  const [row] = await db.execute<{ 'QUERY PLAN': [{ Plan: Node }] }>(
    sql`explain (analyze, timing off, costs off, format json) ${statement}`,
  );
  const walk = (node: Node): string[] => {
    // The hash is looked up in either case: it is there, or it is not.
    const rows = node['Relation Name'] === 'objects' ? '' : ` of ${node['Actual Rows']} rows`;
    const step = `${node['Node Type']} ${node['Relation Name'] ?? ''}${rows}, ${node['Actual Loops']} times`;
    return [step, ...(node.Plans ?? []).flatMap(walk)];
  };
  return row ? walk(row['QUERY PLAN'][0].Plan) : [];
}

test('what is hidden takes the same statement and the same steps as what is not there', async () => {
  const [hidden, absent, own] = [await ask('hidden'), await ask('absent'), await ask('own')];
  expect([hidden.known, absent.known, own.known]).toEqual([0, 0, many]);
  const dialect = new PgDialect({ casing: 'snake_case' });
  const [text, ...others] = [hidden, absent, own].map(({ statements }) =>
    statements.map((statement) => dialect.sqlToQuery(statement).sql),
  );
  expect(text).toHaveLength(1);
  expect(others).toEqual([text, text]);
  const [steps, same, more] = await Promise.all(
    [hidden, absent, own].map(({ statements: [statement] }) => listSteps(statement ?? sql``)),
  );
  expect(steps).toEqual(same);
  expect(more).not.toEqual(same);
});
