import { getTableColumns, type InferInsertModel, type SQL, sql } from 'drizzle-orm';
import { toSnakeCase } from 'drizzle-orm/casing';
import type { PgTable } from 'drizzle-orm/pg-core';
import { planned } from '../client.ts';

/** Rows of a table as one parameter of a statement. */
interface Given {
  /** Their columns' names, with commas between. */
  columns: SQL;
  /** Reads them, as `rows`. */
  from: SQL;
}

/** What of that is the same each time, and how a row's values go into the parameter. */
interface Form {
  columns: SQL;
  after: SQL;
  toJson(row: object): object;
}

const forms = new WeakMap<PgTable, Map<string, Form>>();

/**
 * `insert into` a table, all rows in one parameter, in their order: a list of parameters ends at 65,534 of them, and
 * takes longer to build than the database takes to insert the rows. All rows have the keys of the first. What follows
 * an insert (`on conflict`, `returning`) may follow this.
 */
export function insertRows<T extends PgTable>(table: T, rows: InferInsertModel<T>[]): SQL {
  const { columns, from } = giveRows(table, rows);
  return planned(sql`insert into ${table} (${columns}) select * from ${from}`);
}

/** The rows for a statement of another form. */
export function giveRows<T extends PgTable>(table: T, rows: InferInsertModel<T>[]): Given {
  const keys = Object.keys(rows[0] ?? {});
  const known = forms.get(table) ?? new Map<string, Form>();
  forms.set(table, known);
  const form = known.get(keys.join()) ?? describeForm(table, keys);
  known.set(keys.join(), form);
  const json = JSON.stringify(rows.map(form.toJson));
  return { columns: form.columns, from: sql`jsonb_to_recordset(${json}${form.after}` };
}

function describeForm(table: PgTable, rowKeys: string[]): Form {
  const columns = new Map(Object.entries(getTableColumns(table)).map(([key, column]) => [key, column.getSQLType()]));
  const known = rowKeys.flatMap((key) => {
    const type = columns.get(key);
    return type ? [{ key, type, name: toSnakeCase(key), isBytes: type === 'bytea' }] : [];
  });
  return {
    columns: sql.raw(known.map(({ name }) => `"${name}"`).join()),
    after: sql.raw(`::jsonb) as rows(${known.map(({ name, type }) => `"${name}" ${type}`).join()})`),
    toJson(row: Record<string, unknown>) {
      const json: Record<string, unknown> = {};
      for (const { key, name, isBytes } of known) json[name] = isBytes ? `\\x${row[key]}` : row[key];
      return json;
    },
  };
}
