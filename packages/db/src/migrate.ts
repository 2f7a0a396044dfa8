import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { connect } from './connect.ts';
import { installQueue } from './queue.ts';
import * as schema from './schema/all.ts';

const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url));

// Any number that nothing else in this database locks.
const migrationLock = 4_152_026;

/** Brings the tables and the queue's own schema up to date. Safe to call from many processes at once. */
export async function migrateDatabase(url: string): Promise<void> {
  const client = connect(url, { max: 1 });
  try {
    await client`select pg_advisory_lock(${migrationLock})`;
    await migrate(drizzle(client), { migrationsFolder });
    await installQueue(url, drizzle(client, { schema, casing: 'snake_case' }));
  } finally {
    await client.end({ timeout: 2 });
  }
}
