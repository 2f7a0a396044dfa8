import type { Order } from '@assay/shared';
import { type SQL, sql } from 'drizzle-orm';

const ago = /^(\d+)(min|h|d|w)$/;
const units = { min: 'minutes', h: 'hours', d: 'days', w: 'weeks' };

/**
 * Whether a moment compares so with what a person wrote, in their time zone. A day, month or year is a span: after it is
 * after its end. How long ago is a moment: `> 7d` is within the last seven days.
 */
export function compareMoment(column: SQL, operator: Order, written: string, timeZone: string): SQL {
  const [, count, unit] = ago.exec(written) ?? [];
  const zone = sql`${timeZone}::text`;
  if (count && unit) {
    const before = sql`(now() - ${`${count} ${units[unit as keyof typeof units]}`}::interval)`;
    const day = sql`(date_trunc('day', ${before}, ${zone}))`;
    if (operator === '=') return sql`(${column} >= ${day} and ${column} < ${day} + interval '1 day')`;
    if (operator === '!=') return sql`not (${column} >= ${day} and ${column} < ${day} + interval '1 day')`;
    return sql`${column} ${sql.raw(operator)} ${before}`;
  }
  const { start, length } = spanOf(written, zone);
  const end = sql`((${start} + ${length}::interval) at time zone ${zone})`;
  const begin = sql`(${start} at time zone ${zone})`;
  switch (operator) {
    case '=':
      return sql`(${column} >= ${begin} and ${column} < ${end})`;
    case '!=':
      return sql`not (${column} >= ${begin} and ${column} < ${end})`;
    case '<':
      return sql`${column} < ${begin}`;
    case '<=':
      return sql`${column} < ${end}`;
    case '>':
      return sql`${column} >= ${end}`;
    case '>=':
      return sql`${column} >= ${begin}`;
  }
}

/** Where the span begins, as a time of the zone, and how long it is. */
function spanOf(written: string, zone: SQL): { start: SQL; length: string } {
  const today = sql`date_trunc('day', now() at time zone ${zone})`;
  if (written === 'today') return { start: today, length: '1 day' };
  if (written === 'yesterday') return { start: sql`(${today} - interval '1 day')`, length: '1 day' };
  const whole = `${written}${'0001-01-01T00:00'.slice(written.length)}`;
  const length = { 4: '1 year', 7: '1 month', 10: '1 day' }[written.length] ?? '1 minute';
  return { start: sql`${whole}::timestamp`, length };
}
