import { type ExtractTablesWithRelations, type SQL, sql } from 'drizzle-orm';
import type { PgDatabase } from 'drizzle-orm/pg-core';
import { drizzle, type PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js';
import type postgres from 'postgres';
import { connect } from './connect.ts';
import * as schema from './schema/all.ts';

/** The database, or a transaction of it: every query takes either. */
export type Db = PgDatabase<PostgresJsQueryResultHKT, typeof schema, ExtractTablesWithRelations<typeof schema>>;

export interface Database {
  db: Db;
  /** Calls back with each message of the channel, and with undefined whenever some may have been missed. */
  listen(channel: string, hear: (message: string | undefined) => void): Promise<void>;
  close(): Promise<void>;
}

/** Connects when first used, and again by itself after the database was away. */
export function openDatabase(url: string, options: { connections?: number } = {}): Database {
  const client = connect(url, { max: options.connections ?? 10 });
  return {
    db: drizzle(planOnce(client), { schema, casing: 'snake_case' }),
    listen: async (channel, hear) => void (await client.listen(channel, hear, () => hear(undefined))),
    close: () => client.end({ timeout: 2 }),
  };
}

const plannedMark = '/* planned once */';

/** A statement whose text is always the same, or a part of one: each connection of the database plans it once and remembers it. */
export const planned = (statement: SQL): SQL => sql`${sql.raw(plannedMark)} ${statement}`;

/** Drizzle itself lets only its query builders' statements be remembered, one by one, and none with raw SQL in it. */
function planOnce<T extends postgres.Sql | postgres.TransactionSql>(client: T): T {
  const { unsafe } = client;
  client.unsafe = (text, parameters, options) =>
    unsafe(text, parameters, { ...options, prepare: options?.prepare || text.includes(plannedMark) });
  if ('begin' in client) {
    const begin = client.begin as (act: (tx: postgres.TransactionSql) => unknown) => Promise<unknown>;
    Object.assign(client, { begin: (act: Parameters<typeof begin>[0]) => begin((tx) => act(planOnce(tx))) });
  }
  return client;
}

/** Throws when the database does not answer. */
export async function pingDatabase(db: Db): Promise<void> {
  await db.execute(sql`select 1`);
}
