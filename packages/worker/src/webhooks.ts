import {
  type Database,
  type Db,
  endDelivery,
  giveBackDelivery,
  handBackLostDeliveries,
  listDeliveriesInHand,
  runsChannel,
  takeDelivery,
  tellFinished,
  type WorkQueue,
} from '@assay/db';
import type { Logger } from 'pino';
import type { HostRules } from './permitted-hosts.ts';
import { DeliveryClient } from './post-delivery.ts';

interface WebhookContext {
  database: Pick<Database, 'db' | 'listen'>;
  queue: WorkQueue;
  hosts: HostRules;
  log: Logger;
  workerId(): string;
}

export interface Webhooks {
  /** Every two seconds: takes over what workers had in hand that are gone, and gives back what this one does not know of. */
  onBeat(): Promise<void>;
  /** Calls off what is being sent; it is sent again by whoever is next. */
  close(): Promise<void>;
}

/** Finds out which runs with webhooks are finished, and sends what these are to be told. Several workers may do so at once. */
export async function openWebhooks({ database, queue, hosts, log, workerId }: WebhookContext): Promise<Webhooks> {
  const { db } = database;
  const client = new DeliveryClient(hosts);
  const stopping = new AbortController();
  const finished = new FinishedRuns(db, queue, log);
  // Also at once: what was finished while no worker was there.
  await database.listen(runsChannel, (runId) => finished.hear(runId));

  const inHand = new Set<string>();
  await queue.workDeliveries(async (id) => {
    inHand.add(id);
    await send(id).finally(() => inHand.delete(id));
  });

  async function send(id: string): Promise<void> {
    const worker = workerId();
    const delivery = await takeDelivery(db, id, worker);
    if (!delivery) return;
    const outcome = await client.post(delivery, stopping.signal).catch(async (error: unknown) => {
      await giveBackDelivery(db, id, worker);
      throw error;
    });
    const again = await endDelivery(db, delivery, outcome);
    // What a receiver answers is its own business: an address may have a secret in it, and is not logged.
    log.info({ delivery: id, attempt: delivery.attempts, outcome: outcome.kind, status: outcome.status }, 'webhook');
    if (again) throw new Error('It is tried again');
  }

  /** The database was away when it was to hear what came of these, or to say that this worker has them. */
  async function giveBackUnheard(): Promise<void> {
    const worker = workerId();
    for (const id of await listDeliveriesInHand(db, worker))
      if (!inHand.has(id)) await giveBackDelivery(db, id, worker);
  }

  return {
    async onBeat() {
      const lost = await handBackLostDeliveries(db, queue);
      if (lost > 0) log.warn({ lost }, 'webhook deliveries of workers that ended are sent again');
      await giveBackUnheard();
    },
    async close() {
      stopping.abort();
      await finished.close();
      await client.close();
    },
  };
}

const gatherMilliseconds = 200;
const againMilliseconds = 2_000;

/** Looks, soon after runs have changed, whether they are finished; many changes are one look. */
class FinishedRuns {
  readonly #db: Db;
  readonly #queue: WorkQueue;
  readonly #log: Logger;
  #changed = new Set<string>();
  #lookAtAll = false;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(db: Db, queue: WorkQueue, log: Logger) {
    this.#db = db;
    this.#queue = queue;
    this.#log = log;
  }

  /** Undefined: any may have. */
  hear(runId: string | undefined): void {
    if (runId === undefined) this.#lookAtAll = true;
    else this.#changed.add(runId);
    this.#lookSoon(gatherMilliseconds);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  #lookSoon(milliseconds: number): void {
    if (this.#isClosed || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#looking = this.#look();
    }, milliseconds);
  }

  async #look(): Promise<void> {
    const [changed, all] = [this.#changed, this.#lookAtAll];
    [this.#changed, this.#lookAtAll] = [new Set(), false];
    let pause = gatherMilliseconds;
    try {
      await tellFinished(this.#db, this.#queue, all ? undefined : [...changed]);
    } catch (error) {
      this.#log.warn({ err: error }, 'webhooks could not be told of finished runs yet');
      for (const runId of changed) this.#changed.add(runId);
      this.#lookAtAll ||= all;
      pause = againMilliseconds;
    } finally {
      this.#timer = undefined;
    }
    if (this.#changed.size > 0 || this.#lookAtAll) this.#lookSoon(pause);
  }
}
