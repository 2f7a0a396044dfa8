import { customType, timestamp } from 'drizzle-orm/pg-core';

/** A hash: lower-case hex in code, bytes in the database (half the size in every index). */
export const hexBytes = customType<{ data: string; driverData: Buffer }>({
  dataType: () => 'bytea',
  toDriver: (hex) => Buffer.from(hex, 'hex'),
  fromDriver: (bytes) => Buffer.from(bytes).toString('hex'),
});

/** A moment with its zone; microseconds in the database, a Date in code. */
export const moment = () => timestamp({ withTimezone: true, mode: 'date' });
