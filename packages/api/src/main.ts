import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { openApp } from './app.ts';
import { createFirstUser } from './auth.ts';
import type { ApiConfig } from './config.ts';
import { createDoor } from './door/door.ts';
import { createServer } from './server.ts';

export interface RunningApi {
  url: string;
  /** Stops taking requests, gives those that run a moment, and lets go of everything. */
  close(): Promise<void>;
}

const graceMilliseconds = 2000;

/** Starts the API on a database that has been migrated. Creates the first administrator where one is configured. */
export async function startApi(config: ApiConfig): Promise<RunningApi> {
  const app = await openApp(config);
  try {
    if (config.admin && (await createFirstUser(app.db, app.auth, config.admin)))
      app.log.info({ username: config.admin.username }, 'first administrator created');
    const http = createDoor(config.limits, await createServer(app));
    http.listen(config.port, config.host);
    await once(http, 'listening');
    const { address, port, family } = http.address() as AddressInfo;
    const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
    app.log.info({ url }, 'listening');
    return {
      url,
      async close() {
        const closed = once(http, 'close');
        http.close();
        http.closeIdleConnections();
        const cut = setTimeout(() => http.closeAllConnections(), graceMilliseconds);
        await closed;
        clearTimeout(cut);
        await app.close();
      },
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}
