import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import { inject } from 'vitest';
import { connect } from './connect.ts';
import { migrateDatabase } from './migrate.ts';
import type {} from './testing-setup.ts';

const template = 'assay_template';
const templateLock = 4_152_028;

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/** A database of the test file's own, with every table and nothing in it: a copy of a template migrated once. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(serverUrl, async (sql) => {
    await ensureTemplate(sql, serverUrl);
    await sql`create database ${sql(name)} template ${sql(template)}`;
  });
  return {
    url: addressOf(serverUrl, name),
    drop: () => onServer(serverUrl, async (sql) => void (await sql`drop database ${sql(name)} with (force)`)),
  };
}

async function ensureTemplate(sql: postgres.Sql, serverUrl: string): Promise<void> {
  await sql`select pg_advisory_lock(${templateLock})`;
  try {
    const ready = await sql`select 1 from pg_database where datname = ${template} and datistemplate`;
    if (ready.length > 0) return;
    await sql`create database ${sql(template)}`;
    await migrateDatabase(addressOf(serverUrl, template));
    // Nobody may connect to a template that is being copied.
    await sql.unsafe(`alter database ${template} with is_template true allow_connections false`);
  } finally {
    await sql`select pg_advisory_unlock(${templateLock})`;
  }
}

function addressOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

async function onServer(url: string, act: (sql: postgres.Sql) => Promise<void>): Promise<void> {
  const sql = connect(url, { max: 1 });
  try {
    await act(sql);
  } finally {
    await sql.end();
  }
}
