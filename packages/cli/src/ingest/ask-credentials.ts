import { read } from 'read';
import type { Credentials } from '../client/caller.ts';
import { signIn } from '../client/sign-in.ts';
import { UsageFault } from '../usage-fault.ts';
import type { IngestSettings } from './settings.ts';

/** With what whoever runs the command is known: as the environment says, or the person at the terminal. */
export async function askCredentials({ url, apiKey, token, username, password }: IngestSettings): Promise<Credentials> {
  if (apiKey) return { apiKey };
  if (token) return { token };
  const isThere = process.stdin.isTTY && process.stderr.isTTY;
  if (!(username && password) && !isThere)
    throw new UsageFault('Nobody is signed in: set ASSAY_API_KEY, ASSAY_TOKEN, or ASSAY_USERNAME and ASSAY_PASSWORD');
  const person = {
    username: username ?? (await ask('User name: ')),
    password: password ?? (await ask('Password: ', true)),
  };
  return { token: await signIn({ url, ...person }) };
}

const ask = (prompt: string, silent = false) => read({ prompt, silent, output: process.stderr });
