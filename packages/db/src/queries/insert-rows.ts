import { getTableColumns, getTableName, type InferInsertModel, type SQL, sql } from 'drizzle-orm';
import { toSnakeCase } from 'drizzle-orm/casing';
import type { PgTable } from 'drizzle-orm/pg-core';
import { planned } from '../client.ts';

/** The statement's text on both sides of its parameter, and how a row's values go into that. */
interface Insert {
  before: SQL;
  after: SQL;
  toJson(row: object): object;
}

const inserts = new WeakMap<PgTable, Map<string, Insert>>();

/**
 * `insert into` a table, all rows in one parameter, in their order: a list of parameters ends at 65,534 of them, and
 * takes longer to build than the database takes to insert the rows. All rows have the keys of the first. What follows
 * an insert (`on conflict`, `returning`) may follow this.
 */
export function insertRows<T extends PgTable>(table: T, rows: InferInsertModel<T>[]): SQL {
  const keys = Object.keys(rows[0] ?? {});
  const known = inserts.get(table) ?? new Map<string, Insert>();
  inserts.set(table, known);
  const insert = known.get(keys.join()) ?? describeInsert(table, keys);
  known.set(keys.join(), insert);
  return sql`${insert.before}${JSON.stringify(rows.map(insert.toJson))}${insert.after}`;
}

function describeInsert(table: PgTable, rowKeys: string[]): Insert {
  const columns = new Map(Object.entries(getTableColumns(table)).map(([key, column]) => [key, column.getSQLType()]));
  const keys = rowKeys.filter((key) => columns.has(key));
  const nameOf = (key: string) => `"${toSnakeCase(key)}"`;
  const into = `"${getTableName(table)}" (${keys.map(nameOf).join()})`;
  const typed = keys.map((key) => `${nameOf(key)} ${columns.get(key)}`).join();
  const toText = (key: string, value: unknown) => (columns.get(key) === 'bytea' ? `\\x${value}` : value);
  return {
    before: planned(sql.raw(`insert into ${into} select * from jsonb_to_recordset(`)),
    after: sql.raw(`::jsonb) as rows(${typed})`),
    toJson: (row: Record<string, unknown>) =>
      Object.fromEntries(keys.map((key) => [toSnakeCase(key), toText(key, row[key])])),
  };
}
