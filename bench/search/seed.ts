import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { connect } from '@assay/db';
import type postgres from 'postgres';
import { caseIds, caseNames, listNames, makeRows, models, runId, type Tables, users } from './rows.ts';

const columns: Record<keyof Tables, string> = {
  objects: 'id, sha256, md5, sha1, size, media_type, mime, stored_at',
  uploads: 'id, object_id, run_id, case_id, uploaded_by, file_name, false_extension, position, uploaded_at',
  case_objects: 'object_id, case_id, added_at, place',
  predictions: 'id, object_id, model_id, state, classes, result, queued_at, finished_at',
  labels: 'prediction_id, object_id, key, number, word',
  annotations: 'prediction_id, position, object_id, key, label, score, box',
  search_texts: 'object_id, prediction_id, words',
  look_hashes: 'object_id, prediction_id, hash, parts',
};
const tables = Object.keys(columns) as (keyof Tables)[];
const objectsAtOnce = 10_000;

/** Fills empty tables by COPY. Indexes are made when the rows are there; triggers and references are not asked. */
export async function seedDatabase(url: string, objects: number, tell: (what: string) => void): Promise<void> {
  const sql = connect(url, { max: 1 });
  try {
    await sql`select set_config('session_replication_role', 'replica', false), set_config('maintenance_work_mem', '1GB', false),
      set_config('synchronous_commit', 'off', false)`;
    await addPeople(sql);
    const indexes = await sql<{ name: string; definition: string }[]>`
      select indexname as name, indexdef as definition from pg_indexes i
      where tablename in ${sql(tables)} and schemaname = 'public'
        and not exists (select from pg_constraint c where c.conname = i.indexname)`;
    for (const { name } of indexes) await sql`drop index ${sql(name)}`;
    for (let first = 1; first <= objects; first += objectsAtOnce) {
      const rows = makeRows(first, Math.min(objects, first + objectsAtOnce - 1), objects);
      for (const table of tables) await copy(sql, table, columns[table], rows[table]);
      if ((first - 1) % (objectsAtOnce * 10) === 0) tell(`${first - 1} of ${objects} objects`);
    }
    await copy(sql, 'result_names', 'key, kind, model, name', listNames());
    for (const { name, definition } of indexes) {
      tell(name);
      await sql.unsafe(definition);
    }
    await sql`select setval(pg_get_serial_sequence('objects', 'id'), ${objects})`;
    tell('vacuum analyze');
    await sql`vacuum analyze`;
  } finally {
    await sql.end();
  }
}

async function copy(sql: postgres.Sql, table: string, into: string, lines: string[]): Promise<void> {
  const writable = await sql.unsafe(`copy ${table} (${into}) from stdin`).writable();
  await pipeline(Readable.from([`${lines.join('\n')}\n`]), writable);
}

/** Everybody is in every case. */
async function addPeople(sql: postgres.Sql): Promise<void> {
  for (const [i, username] of users.entries()) {
    const id = `user-${i}`;
    await sql`insert into "user" (id, name, email, username, role)
      values (${id}, ${username}, ${`${username}@example.org`}, ${username}, 'investigator')`;
  }
  for (const [i, name] of caseNames.entries()) {
    const id = caseIds[i] ?? '';
    await sql`insert into cases (id, name, created_by) values (${id}, ${name}, 'user-0')`;
    await sql`insert into case_members (user_id, case_id, role, added_by) select id, ${id}, 'manager', id from "user"`;
    await sql`insert into runs (id, asked_by, case_id) values (${runId(i)}, 'user-0', ${id})`;
  }
  for (const name of models)
    await sql`insert into models (name, version, manifest) values (${name}, '1.0.0', ${sql.json({ name })})`;
}
