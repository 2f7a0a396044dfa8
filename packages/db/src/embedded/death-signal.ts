import { existsSync } from 'node:fs';

const setpriv = '/usr/bin/setpriv';

/**
 * The command line that makes the kernel send this signal to the process when its parent dies, even of kill -9.
 * Linux with util-linux only; elsewhere the command as it is, and what is left over is stopped by the next start.
 */
export function dieWithParent(command: string, args: string[], signal: 'INT' | 'KILL'): [string, string[]] {
  if (process.platform !== 'linux' || !existsSync(setpriv)) return [command, args];
  return [setpriv, ['--pdeathsig', signal, '--', command, ...args]];
}
