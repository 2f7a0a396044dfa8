import { setTimeout as wait } from 'node:timers/promises';
import { logError } from './log.ts';

export interface Registration {
  /** Where Assay is. */
  assay: string;
  apiKey: string;
  /** Where Assay's workers reach this model; undefined: where it listens. */
  url: string | undefined;
}

/** From ASSAY_REGISTER_URL, ASSAY_API_KEY and ASSAY_MODEL_URL; undefined: not asked for. */
export function readRegistration(env: NodeJS.ProcessEnv): Registration | undefined {
  const { ASSAY_REGISTER_URL: assay, ASSAY_API_KEY: apiKey, ASSAY_MODEL_URL: own } = env;
  if (!assay) return undefined;
  if (!URL.canParse(assay)) throw new Error(`ASSAY_REGISTER_URL is ${JSON.stringify(assay)}: not a URL`);
  if (own && !URL.canParse(own)) throw new Error(`ASSAY_MODEL_URL is ${JSON.stringify(own)}: not a URL`);
  if (!apiKey)
    throw new Error('ASSAY_REGISTER_URL is set and ASSAY_API_KEY is not: a key with the scope models:register');
  return { assay: assay.replace(/\/+$/, ''), apiKey, url: own || undefined };
}

const pauses = { first: 1_000, longest: 60_000 };

/** Says to Assay where this model is until it is taken: Assay may start later, and a key may be made later. */
export async function registerItself(
  { assay, apiKey, url }: Registration & { url: string },
  stop: AbortSignal,
): Promise<void> {
  let said = '';
  for (let pause = pauses.first; !stop.aborted; pause = Math.min(2 * pause, pauses.longest)) {
    const refusal = await askToRegister(assay, apiKey, url, stop);
    if (refusal === undefined) {
      const line = { level: 'info', message: `registered at ${assay} as ${url}` };
      process.stdout.write(`${JSON.stringify(line)}\n`);
      return;
    }
    if (refusal !== said && !stop.aborted)
      logError('not registered yet; trying again', { assay, url, detail: refusal });
    said = refusal;
    await wait(pause, undefined, { signal: stop }).catch(() => {}); // stopped
  }
}

/** Undefined: it is registered. */
async function askToRegister(
  assay: string,
  apiKey: string,
  url: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const answer = await fetch(`${assay}/model/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
      body: JSON.stringify({ url }),
      // A key goes to who it was made for, and to nobody that sends us on.
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
    });
    if (answer.ok) return undefined;
    const body = (await answer.json().catch(() => undefined)) as { error?: { message?: string } } | undefined;
    return body?.error?.message ?? `It answered ${answer.status}`;
  } catch (error) {
    const { message, cause } = error as Error;
    return cause instanceof Error ? `${message}: ${cause.message}` : message;
  }
}
