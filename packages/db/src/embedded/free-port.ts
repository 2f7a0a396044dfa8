import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below the range that Linux hands out to outgoing connections: one of those can't take the port of a process that is
// being started again.
const lowest = 20_000;
const highest = 32_000;

/** Resolves with the error's code when a server can't listen there, else with undefined. */
export function tryPort(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** A loopback port that is free now and not among `taken`; `preferred` when it is. */
export async function findFreePort(preferred?: number, taken: ReadonlySet<number> = new Set()): Promise<number> {
  if (preferred !== undefined && !taken.has(preferred) && !(await tryPort('127.0.0.1', preferred))) return preferred;
  for (let attempt = 0; attempt < 1000; attempt++) {
    const port = randomInt(lowest, highest);
    if (!taken.has(port) && !(await tryPort('127.0.0.1', port))) return port;
  }
  throw new Error(`No free port on 127.0.0.1 between ${lowest} and ${highest}`);
}
