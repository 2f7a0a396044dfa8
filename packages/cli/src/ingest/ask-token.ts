import { read } from 'read';
import { signIn } from '../client/sign-in.ts';
import { UsageFault } from '../usage-fault.ts';
import type { IngestSettings } from './settings.ts';

/** The token of who runs the command: as the environment says, or the person at the terminal. */
export async function askToken({ url, token, username, password }: IngestSettings): Promise<string> {
  if (token) return token;
  const isThere = process.stdin.isTTY && process.stderr.isTTY;
  if (!(username && password) && !isThere)
    throw new UsageFault('Nobody is signed in: set ASSAY_TOKEN, or ASSAY_USERNAME and ASSAY_PASSWORD');
  return signIn({
    url,
    username: username ?? (await ask('User name: ')),
    password: password ?? (await ask('Password: ', true)),
  });
}

const ask = (prompt: string, silent = false) => read({ prompt, silent, output: process.stderr });
