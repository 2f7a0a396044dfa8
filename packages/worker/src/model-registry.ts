import { setTimeout as wait } from 'node:timers/promises';
import { canTakeWork, type Db, listModelEndpoints, recordModelEndpoint, upsertModel } from '@assay/db';
import type { Manifest, ModelState } from '@assay/shared';
import type { Logger } from 'pino';
import { ModelClient } from './model-client.ts';
import { HostNotPermitted, type ModelHosts } from './model-hosts.ts';
import { ProtocolFault } from './protocol-fault.ts';

/** Which models there are and how they are, found out by asking them, again and again. */
export interface ModelRegistry {
  /**
   * An address where work for the model can be sent now: of several, the one that has the least of this worker's work,
   * and none of those tried already. Release it when the work has ended.
   */
  take(modelId: number, tried: ReadonlySet<string>): TakenEndpoint | undefined;
  /** Looks at this one at once: it did not answer. */
  recheck(url: string): void;
  close(): Promise<void>;
}

interface TakenEndpoint {
  url: string;
  release(): void;
}

export interface RegistryEvents {
  /** A model of this name can take work. Called again when its manifest has changed. */
  onAvailable(manifest: Manifest): Promise<void>;
  /** No model of this name can take work any more. */
  onAway(name: string): Promise<void>;
}

interface Endpoint {
  client: ModelClient;
  state: ModelState;
  modelId: number | null;
  manifest: Manifest | undefined;
  wake: AbortController;
  /** Predictions of this worker that it has in hand. */
  inHand: number;
  /** How often in a row it did not answer as a model. */
  missed: number;
}

const listEvery = 1_000;
const checkEvery = 2_000;
const checkStarting = 250;
// One that is away for long is asked less and less often; one that restarts is noticed at once.
const patientMisses = 4;
const checkAtLeastEvery = 15_000;

export function openRegistry(db: Db, log: Logger, hosts: ModelHosts, events: RegistryEvents): ModelRegistry {
  const endpoints = new Map<string, Endpoint>();
  const watches = new Set<Promise<void>>();
  const available = new Map<string, string>();
  const stop = new AbortController();

  const canServe = (endpoint: Endpoint) => canTakeWork(endpoint.state) && endpoint.manifest !== undefined;

  async function watchList(): Promise<void> {
    while (!stop.signal.aborted) {
      const rows = await listModelEndpoints(db).catch((error: unknown) => {
        log.warn({ err: error }, 'the list of models could not be read');
        return undefined;
      });
      if (rows) follow(rows);
      await pause(listEvery, stop.signal);
    }
  }

  function follow(rows: { url: string; checkedAt: Date | null }[]): void {
    for (const { url, checkedAt } of rows) {
      const known = endpoints.get(url);
      // Somebody waits for a look at it.
      if (known && checkedAt === null) known.wake.abort();
      if (known) continue;
      const endpoint: Endpoint = {
        client: new ModelClient(url, hosts),
        state: 'starting',
        modelId: null,
        manifest: undefined,
        wake: new AbortController(),
        inHand: 0,
        missed: 0,
      };
      endpoints.set(url, endpoint);
      const watching = watch(url, endpoint);
      watches.add(watching);
      void watching.finally(() => watches.delete(watching));
    }
    const urls = new Set(rows.map(({ url }) => url));
    for (const url of endpoints.keys()) if (!urls.has(url)) forget(url);
  }

  function forget(url: string): void {
    const endpoint = endpoints.get(url);
    endpoints.delete(url);
    endpoint?.wake.abort();
    endpoint?.client.close().catch((error: unknown) => log.warn({ err: error, url }, 'a connection did not close'));
  }

  async function watch(url: string, endpoint: Endpoint): Promise<void> {
    while (!stop.signal.aborted && endpoints.get(url) === endpoint) {
      endpoint.wake = new AbortController();
      await look(url, endpoint).catch((error: unknown) =>
        log.warn({ err: error, url }, 'a model could not be checked'),
      );
      // A little chance keeps many workers from asking all at once.
      await pause(
        intervalOf(endpoint) * (0.9 + Math.random() / 5),
        AbortSignal.any([stop.signal, endpoint.wake.signal]),
      );
    }
    if (!stop.signal.aborted) await tellAvailability();
  }

  async function look(url: string, endpoint: Endpoint): Promise<void> {
    const before = endpoint.state;
    const found = await ask(endpoint.client);
    if (endpoints.get(url) !== endpoint) return;
    endpoint.state = found.state;
    endpoint.manifest = found.manifest;
    endpoint.missed = found.manifest ? 0 : endpoint.missed + 1;
    if (found.manifest) endpoint.modelId = await upsertModel(db, found.manifest);
    const { state, detail } = found;
    await recordModelEndpoint(db, url, { state, detail, modelId: endpoint.modelId });
    if (before !== state) log.info({ url, state, detail, model: found.manifest?.name }, 'model');
    await tellAvailability();
  }

  async function tellAvailability(): Promise<void> {
    const now = new Map<string, Manifest>();
    for (const endpoint of endpoints.values())
      if (endpoint.manifest && canServe(endpoint)) now.set(endpoint.manifest.name, endpoint.manifest);
    for (const [name, manifest] of now) {
      const settings = JSON.stringify(manifest.limits);
      if (available.get(name) === settings) continue;
      available.set(name, settings);
      await events.onAvailable(manifest);
    }
    for (const name of [...available.keys()]) if (!now.has(name) && available.delete(name)) await events.onAway(name);
  }

  const watchingList = watchList();

  return {
    take(modelId, tried) {
      const [least] = [...endpoints]
        .filter(([url, endpoint]) => endpoint.modelId === modelId && canServe(endpoint) && !tried.has(url))
        .sort(([, a], [, b]) => a.inHand - b.inHand);
      if (!least) return undefined;
      const [url, endpoint] = least;
      endpoint.inHand += 1;
      const release = () => {
        endpoint.inHand -= 1;
      };
      return { url, release };
    },
    recheck: (url) => endpoints.get(url)?.wake.abort(),
    async close() {
      stop.abort();
      for (const url of [...endpoints.keys()]) forget(url);
      await Promise.all([watchingList, ...watches]);
    },
  };
}

function intervalOf({ state, missed }: Endpoint): number {
  if (state === 'starting') return checkStarting;
  return Math.min(checkAtLeastEvery, checkEvery * 2 ** Math.max(0, missed - patientMisses));
}

type Found = { state: ModelState; detail: string | null; manifest: Manifest | undefined };

async function ask(client: ModelClient): Promise<Found> {
  try {
    const { status, detail } = await client.health();
    // The manifest is read every time: what answers at an address may be another version by now.
    return { state: status, detail: detail ?? null, manifest: await client.manifest() };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return error instanceof ProtocolFault || error instanceof HostNotPermitted
      ? { state: 'failed', detail, manifest: undefined }
      : { state: 'offline', detail: `Does not answer (${detail})`, manifest: undefined };
  }
}

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  wait(milliseconds, undefined, { signal }).catch(() => undefined); // woken early
