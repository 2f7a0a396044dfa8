// Assay as its users meet it: over HTTP, through the address that the API's container publishes.
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type AssayClient, createAssayClient, type FileToSend } from '@assay/cli';
import type { Stack } from './stack.mts';
import { waitFor } from './wait.mts';

const samples = fileURLToPath(new URL('../../samples/', import.meta.url));

/** For whoever keeps it running and wants to look around. */
export const administrator = { username: 'checker', password: randomUUID() };

/** The first account, made with the link that the API prints into its log. */
export async function createAdministrator(stack: Stack, signal: AbortSignal): Promise<AssayClient> {
  const token = await waitFor(
    async () => /\/set-up\?token=(\S+)/.exec(await stack.compose(['logs', '--no-log-prefix', 'api']))?.[1],
    { minutes: 1, missing: () => "The API's log has no set-up link", signal },
  );
  const answer = await fetch(`${stack.url}/api/auth/set-up`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, ...administrator }),
    signal,
  });
  const key = answer.headers.get('set-auth-token');
  if (!answer.ok || !key) throw new Error(`Setting up answered ${answer.status}: ${await answer.text()}`);
  return createAssayClient({ url: stack.url, token: key });
}

/** Tries again for a while: where much else runs, a worker may take longer to look than the API waits for it. */
export async function registerModel(client: AssayClient, url: string, signal: AbortSignal): Promise<void> {
  let refusal = '';
  await waitFor(
    async () => {
      const registered = await client.trpc.models.register.mutate({ url }).catch((error: Error) => {
        refusal = error.message;
      });
      return registered ?? undefined;
    },
    { minutes: 2, missing: () => `${url} can't be registered: ${refusal}`, signal },
  );
}

interface Watch {
  say: (text: string) => void;
  signal: AbortSignal;
}

/** Waits until each of these models takes work. */
export async function waitForModels(client: AssayClient, names: string[], { say, signal }: Watch): Promise<void> {
  let missing = names;
  await waitFor(
    async () => {
      const listed = await client.trpc.models.list.query({});
      missing = names.filter((name) => !listed.some((model) => model.name === name && model.state === 'ready'));
      say(`waiting for ${missing.join(', ')}`);
      return missing.length === 0 || undefined;
    },
    { minutes: 5, missing: () => `Not ready: ${missing.join(', ')}`, signal },
  );
}

export async function listSamples(): Promise<FileToSend[]> {
  const names = (await readdir(samples)).filter((name) => !name.endsWith('.md')).sort();
  return names.map((fileName) => ({ path: samples + fileName, fileName }));
}

/** A text that this Assay has never seen. */
export const makeNewText = (): FileToSend => ({
  bytes: Buffer.from(`Ada Lovelace met Charles Babbage in London on 5 June 1833. ${randomUUID()}`),
  fileName: 'new.txt',
});

interface Predicted {
  models: Set<string>;
  predictions: number;
}

/** Waits for all predictions of these objects. Throws, naming them, when one of them has not succeeded. */
export async function waitForResults(
  client: AssayClient,
  hashes: string[],
  { say, signal }: Watch,
): Promise<Predicted> {
  const done = await waitFor(
    async () => {
      // Whoever kills things sees connections break.
      const results = await client.results(hashes).catch(() => []);
      const predictions = results.flatMap((entry) => (entry.found ? entry.predictions : []));
      const open = predictions.filter(({ finishedAt }) => finishedAt === null);
      say(`${predictions.length - open.length} of ${predictions.length} predictions`);
      const isDone = results.length > 0 && results.every((entry) => entry.found && entry.done);
      return isDone ? results.flatMap((entry) => (entry.found ? [entry] : [])) : undefined;
    },
    { minutes: 15, missing: () => 'Not all predictions were made', signal },
  );
  const faults = done.flatMap(({ fileNames, predictions }) =>
    predictions
      .filter(({ state }) => state !== 'succeeded')
      .map(({ model, state, reason }) => `${fileNames[0]}, ${model}: ${state} (${reason})`),
  );
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const predictions = done.flatMap((entry) => entry.predictions);
  return { models: new Set(predictions.map(({ model }) => model)), predictions: predictions.length };
}
