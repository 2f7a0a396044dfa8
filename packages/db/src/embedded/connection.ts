import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../connect.ts';
import { StartError } from './start-error.ts';

/**
 * Resolves when the database answers a query. A database that is starting is waited for, for `seconds`; one that
 * refuses us (wrong password, no such database) is an error at once.
 */
export async function waitForDatabase(url: string, options: { seconds: number; signal?: AbortSignal }): Promise<void> {
  const end = Date.now() + options.seconds * 1000;
  for (;;) {
    const fault = await askDatabase(url);
    if (!fault) return;
    options.signal?.throwIfAborted();
    if (fault.final || Date.now() > end) {
      throw new StartError(`The database at ${describe(url)} can't be used: ${fault.reason}`);
    }
    await sleep(50, undefined, options.signal ? { signal: options.signal } : {});
  }
}

const starting = '57P03';

async function askDatabase(url: string): Promise<{ final: boolean; reason: string } | undefined> {
  const sql = connect(url, { max: 1, connect_timeout: 3 });
  try {
    await sql`select 1`;
    return undefined;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    // A five-character SQLSTATE is an answer of the server's own.
    return { final: /^[0-9A-Z]{5}$/.test(code ?? '') && code !== starting, reason: message || String(code) };
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function describe(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
