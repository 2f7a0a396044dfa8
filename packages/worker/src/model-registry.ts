import { setTimeout as wait } from 'node:timers/promises';
import {
  canTakeWork,
  type Db,
  type Isolation,
  listModelEndpoints,
  recordModelEndpoint,
  type Share,
  upsertModel,
  type WantedShare,
} from '@assay/db';
import type { Manifest, ModelState } from '@assay/shared';
import type { Logger } from 'pino';
import { Address, type Seat } from './address.ts';
import { chooseInterval } from './check-interval.ts';
import { ModelClient } from './model-client.ts';
import { HostNotPermitted, type HostRules } from './permitted-hosts.ts';
import { ProtocolFault } from './protocol-fault.ts';

/** Which models there are and how they are, found out by asking them, again and again. */
export interface ModelRegistry {
  /**
   * A seat at an address where work for the model can be sent now: of several, the one that has the least of this
   * worker's work, and none of those tried already. What is to be isolated has nothing beside it meanwhile.
   */
  take(modelId: number, wish: { tried: ReadonlySet<string>; isolation: Isolation }): Seat | undefined;
  /** Whether the model has an address, other than those tried already, that can take work when it has a seat free. */
  canServe(modelId: number, tried?: ReadonlySet<string>): boolean;
  /** Calls that this worker may have under way at all addresses of the model together. */
  countCalls(modelId: number): number;
  /**
   * What this worker wants of each address that can take work; of the others it has nothing from then on. Some models'
   * work waits for an address to itself.
   */
  listWanted(waitsAlone: (modelId: number) => boolean): WantedShare[];
  /** What it gets. */
  allow(shares: Share[]): void;
  /** Looks at this one at once: it did not answer. */
  recheck(url: string): void;
  close(): Promise<void>;
}

export interface RegistryContext {
  db: Db;
  log: Logger;
  hosts: HostRules;
  /** The models that this worker serves; undefined: all. */
  names?: string[] | undefined;
}

export interface RegistryEvents {
  /** A model was found that was not known before. */
  onFound(modelId: number): Promise<void>;
  /** A model can take work at one more address, or differently from before. */
  onAvailable(modelId: number, manifest: Manifest): void;
  /** A model has a seat free, or no address that can take work any more. */
  onChange(modelId: number): void;
}

interface Endpoint {
  client: ModelClient;
  state: ModelState;
  modelId: number | null;
  manifest: Manifest | undefined;
  wake: AbortController;
  address: Address;
  /** What of it `onAvailable` was told; undefined: it can't serve. */
  available: string | undefined;
  /** How often in a row it did not answer as a model. */
  missed: number;
}

const listEvery = 1_000;

export function openRegistry({ db, log, hosts, names }: RegistryContext, events: RegistryEvents): ModelRegistry {
  const endpoints = new Map<string, Endpoint>();
  const watches = new Set<Promise<void>>();
  const stop = new AbortController();

  const canServe = (endpoint: Pick<Endpoint, 'state' | 'manifest'>) =>
    canTakeWork(endpoint.state) && endpoint.manifest !== undefined;

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

  function follow(all: { url: string; checkedAt: Date | null; model: string | null }[]): void {
    // What somebody else's model is at, the workers that serve it will see.
    const rows = all.filter(({ model }) => !names || model === null || names.includes(model));
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
        address: new Address(url),
        available: undefined,
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
    if (endpoint?.modelId) events.onChange(endpoint.modelId);
    endpoint?.client.close().catch((error: unknown) => log.warn({ err: error, url }, 'a connection did not close'));
  }

  async function watch(url: string, endpoint: Endpoint): Promise<void> {
    while (!stop.signal.aborted && endpoints.get(url) === endpoint) {
      endpoint.wake = new AbortController();
      await look(url, endpoint).catch((error: unknown) =>
        log.warn({ err: error, url }, 'a model could not be checked'),
      );
      await pause(chooseInterval(endpoint), AbortSignal.any([stop.signal, endpoint.wake.signal]));
    }
  }

  async function look(url: string, endpoint: Endpoint): Promise<void> {
    const before = endpoint.state;
    const found = await ask(endpoint.client);
    if (endpoints.get(url) !== endpoint) return;
    endpoint.state = found.state;
    endpoint.manifest = found.manifest;
    endpoint.missed = found.manifest ? 0 : endpoint.missed + 1;
    if (found.manifest) {
      const modelId = await upsertModel(db, found.manifest);
      if (endpoint.modelId !== modelId) await events.onFound(modelId);
      endpoint.modelId = modelId;
    }
    const { state, detail } = found;
    await recordModelEndpoint(db, url, { state, detail, modelId: endpoint.modelId });
    if (before !== state) log.info({ url, state, detail, model: found.manifest?.name }, 'model');
    tellAvailability(endpoint);
  }

  function tellAvailability(endpoint: Endpoint): void {
    const { modelId, manifest } = endpoint;
    if (modelId === null) return;
    const available = canServe(endpoint) && manifest ? `${modelId} ${JSON.stringify(manifest.limits)}` : undefined;
    if (available === endpoint.available) return;
    endpoint.available = available;
    if (available && manifest) events.onAvailable(modelId, manifest);
    else events.onChange(modelId);
  }

  const servers = (modelId: number, tried?: ReadonlySet<string>) =>
    [...endpoints.values()].filter(
      (endpoint) => endpoint.modelId === modelId && canServe(endpoint) && !tried?.has(endpoint.address.url),
    );

  const watchingList = watchList();

  return {
    take(modelId, { tried, isolation }) {
      const least = servers(modelId, tried).sort((a, b) => a.address.inHand - b.address.inHand);
      for (const { address } of least) {
        const seat = address.take(isolation, () => events.onChange(modelId));
        if (seat) return seat;
      }
      return undefined;
    },
    canServe: (modelId, tried) => servers(modelId, tried).length > 0,
    countCalls: (modelId) => servers(modelId).reduce((sum, { address }) => sum + address.calls, 0),
    listWanted(waitsAlone) {
      // All workers choose the same address of a model, and take turns there.
      const chosen = new Set(
        [...new Set([...endpoints.values()].flatMap(({ modelId }) => modelId ?? []))]
          .filter(waitsAlone)
          .flatMap((modelId) =>
            servers(modelId)
              .map(({ address }) => address.url)
              .sort()
              .slice(0, 1),
          ),
      );
      return [...endpoints.values()].flatMap(({ address, manifest, ...endpoint }) => {
        const { url, keep, inHand, isAtModel } = address;
        const served = names === undefined || (manifest && names.includes(manifest.name));
        if (!served || (inHand === 0 && !canServe({ manifest, ...endpoint }))) {
          address.giveUp();
          return [];
        }
        const alone = isAtModel || chosen.has(url);
        return [{ url, concurrency: manifest?.limits.concurrency ?? 0, keep, alone }];
      });
    },
    allow(shares) {
      const byUrl = new Map(shares.map((share) => [share.url, share]));
      for (const { address, modelId } of endpoints.values()) {
        const { calls: before, isOurs: wasOurs } = address;
        address.calls = byUrl.get(address.url)?.calls ?? 0;
        address.isOurs = byUrl.get(address.url)?.isOurs ?? false;
        const hasMore = address.calls > before || (address.isOurs && !wasOurs);
        if (hasMore && modelId !== null) events.onChange(modelId);
      }
    },
    recheck: (url) => endpoints.get(url)?.wake.abort(),
    async close() {
      stop.abort();
      for (const url of [...endpoints.keys()]) forget(url);
      await Promise.all([watchingList, ...watches]);
    },
  };
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
