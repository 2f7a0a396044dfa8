import { maxDeliveryAttempts, type PredictionState, predictionStates, type WebhookEvent } from '@assay/shared';
import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import type { Db } from '../client.ts';
import { listNextAttempts } from '../delivery-jobs.ts';
import { uuids } from '../list-parameter.ts';
import type { JobSender, WorkQueue } from '../queue.ts';
import { user } from '../schema/auth.ts';
import { runs } from '../schema/run.ts';
import { webhookDeliveries, webhooks } from '../schema/webhook.ts';
import { notifyRun } from './notify-runs.ts';

type Sender = Pick<JobSender, 'sendDeliveries'>;

interface NewWebhook {
  runId: string;
  url: string;
  secret: string;
  addedBy: string;
}

/**
 * Adds a webhook to a run, and tells it so. Undefined: the run has one with this address, which stays as it is, and which
 * `findWebhookSecret` tells the secret of.
 */
export async function addWebhook(tx: Db, sender: Sender, webhook: NewWebhook): Promise<string | undefined> {
  const [made] = await tx
    .insert(webhooks)
    .values({ id: uuidv7(), ...webhook })
    .onConflictDoNothing()
    .returning({ id: webhooks.id });
  if (!made) return undefined;
  await makeDelivery(tx, sender, made.id, 'webhook.added', new Date(), { run: webhook.runId });
  // It may be finished already.
  await notifyRun(tx, webhook.runId);
  return made.id;
}

export async function findWebhookSecret(db: Db, runId: string, url: string): Promise<string | undefined> {
  const [row] = await db
    .select({ secret: webhooks.secret })
    .from(webhooks)
    .where(and(eq(webhooks.runId, runId), eq(webhooks.url, url)));
  return row?.secret;
}

async function makeDelivery(tx: Db, sender: Sender, webhookId: string, event: WebhookEvent, at: Date, data: object) {
  const id = uuidv7();
  const body = JSON.stringify({ type: event, timestamp: at.toISOString(), data });
  await tx.insert(webhookDeliveries).values({ id, webhookId, event, body });
  await sender.sendDeliveries(tx, [id]);
}

/** The webhook, with who asked for its run; undefined: there is no such webhook. */
export async function findWebhook(
  db: Db,
  id: string,
): Promise<{ owner: string; run: string; url: string } | undefined> {
  const [row] = await db
    .select({ owner: runs.askedBy, run: webhooks.runId, url: webhooks.url })
    .from(webhooks)
    .innerJoin(runs, eq(runs.id, webhooks.runId))
    .where(eq(webhooks.id, id));
  return row;
}

/** Removes it with what it was told. What is under way ends. */
export async function removeWebhook(db: Db, id: string): Promise<void> {
  await db.delete(webhooks).where(eq(webhooks.id, id));
}

const mostShown = 50;

/** The webhooks of a run, first added first, each with its last deliveries, newest first. */
export async function listWebhooks(db: Db, runId: string) {
  const rows = await db
    .select({ id: webhooks.id, url: webhooks.url, addedBy: user.username, addedAt: webhooks.addedAt })
    .from(webhooks)
    .innerJoin(user, eq(user.id, webhooks.addedBy))
    .where(eq(webhooks.runId, runId))
    .orderBy(webhooks.id);
  const { webhookId, body: _, workerId, ...shown } = webhookDeliveries;
  const deliveries = await db
    .select({
      webhookId,
      workerId,
      id: shown.id,
      event: shown.event,
      state: shown.state,
      attempts: shown.attempts,
      status: shown.status,
      error: shown.error,
      madeAt: shown.madeAt,
      attemptedAt: shown.attemptedAt,
      endedAt: shown.endedAt,
    })
    .from(webhookDeliveries)
    .where(inArray(webhookId, rows.length > 0 ? rows.map(({ id }) => id) : [runId]))
    .orderBy(desc(webhookDeliveries.madeAt))
    .limit(mostShown);
  const waiting = deliveries.flatMap(({ id, state }) => (state === 'waiting' ? [id] : []));
  const next = await listNextAttempts(db, waiting);
  return rows.map((row) => ({
    ...row,
    deliveries: deliveries
      .filter((delivery) => delivery.webhookId === row.id)
      .map(({ webhookId: _, workerId, ...delivery }) => ({
        ...delivery,
        isBeingSent: workerId !== null,
        nextAttemptAt: next.get(delivery.id) ?? null,
      })),
  }));
}

/** The webhook of a delivery; undefined: there is no such delivery. */
export async function findDeliveryWebhook(db: Db, id: string): Promise<string | undefined> {
  const [row] = await db
    .select({ webhookId: webhookDeliveries.webhookId })
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.id, id));
  return row?.webhookId;
}

/** Sends it again, now, with all its attempts. False: a worker has it in hand just now. */
export function sendAgain(db: Db, sender: Sender, id: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    const free = await sender.sendDeliveries(tx, [id]);
    if (free.length === 0) return false;
    await tx
      .update(webhookDeliveries)
      .set({ state: 'waiting', attempts: 0, endedAt: null })
      .where(eq(webhookDeliveries.id, id));
    return true;
  });
}

const zeros = Object.fromEntries(predictionStates.map((state) => [state, 0])) as Record<PredictionState, number>;

/**
 * Tells the webhooks of those of the runs, or of all, of which nothing waits or runs, unless they were told that the run
 * is as it is now. Returns how many are told.
 */
export function tellFinished(db: Db, sender: Sender, runIds?: readonly string[]): Promise<number> {
  if (runIds?.length === 0) return Promise.resolve(0);
  const asked = runIds ? sql`and w.run_id = any(${uuids(runIds)})` : sql``;
  return db.transaction(async (tx) => {
    const finished = await tx.execute<{ id: string; runId: string }>(sql`
      select w.id, w.run_id as "runId" from webhooks w
      where not exists (select from run_predictions rp join predictions p on p.id = rp.prediction_id
        where rp.run_id = w.run_id and p.state in ('queued', 'running')) ${asked}
      order by w.id for no key update of w`);
    let told = 0;
    for (const { id, runId } of finished) {
      const [end] = await tx.execute<{ n: number; at: string; counts: Record<string, number>; isNew: boolean }>(sql`
        with ended as (
          select p.state, count(*)::int as n, max(p.finished_at) as at from run_predictions rp
          join predictions p on p.id = rp.prediction_id where rp.run_id = ${runId} group by p.state
        ), run as (select sum(n)::int as n, max(at) as at, jsonb_object_agg(state, n) as counts from ended)
        update webhooks w set told_predictions = run.n, told_end = run.at from run
        where w.id = ${id} and run.n > 0 and (w.told_predictions, w.told_end) is distinct from (run.n, run.at)
        returning run.n, run.at, run.counts`);
      if (!end) continue;
      const counts = { ...zeros, ...end.counts };
      await makeDelivery(tx, sender, id, 'run.finished', new Date(end.at), { run: runId, predictions: end.n, counts });
      told += 1;
    }
    return told;
  });
}

/** What is to be sent, and how it is signed. */
export interface Delivery {
  id: string;
  url: string;
  secret: string;
  body: string;
  attempts: number;
}

/** Takes the delivery in hand for an attempt. Undefined: there is nothing to send. Throws when another worker has it. */
export function takeDelivery(db: Db, id: string, worker: string): Promise<Delivery | undefined> {
  return db.transaction(async (tx) => {
    const [row] = await tx.execute<{
      state: string;
      workerId: string | null;
      url: string;
      secret: string;
      body: string;
      attempts: number;
    }>(sql`
      select d.state, d.worker_id as "workerId", d.body, d.attempts, w.url, w.secret
      from webhook_deliveries d join webhooks w on w.id = d.webhook_id where d.id = ${id} for update of d`);
    if (row?.state !== 'waiting') return undefined;
    const { workerId, url, secret, body, attempts } = row;
    if (workerId !== null) throw new Error(`Delivery ${id} is in the hands of ${workerId}`);
    await tx
      .update(webhookDeliveries)
      .set({ workerId: worker, attempts: attempts + 1, attemptedAt: sql`now()` })
      .where(eq(webhookDeliveries.id, id));
    return { id, url, secret, body, attempts: attempts + 1 };
  });
}

export type DeliveryOutcome =
  | { kind: 'delivered'; status: number }
  /** `isFinal`: another attempt would end the same. */
  | { kind: 'failed'; status: number | null; error: string; isFinal: boolean };

/** Writes what came of an attempt. Returns whether there is to be another. */
export async function endDelivery(db: Db, { id, attempts }: Delivery, outcome: DeliveryOutcome): Promise<boolean> {
  const again = outcome.kind === 'failed' && !outcome.isFinal && attempts < maxDeliveryAttempts;
  await db
    .update(webhookDeliveries)
    .set({
      workerId: null,
      state: again ? 'waiting' : outcome.kind,
      status: outcome.status,
      error: outcome.kind === 'failed' ? outcome.error : null,
      endedAt: again ? null : sql`now()`,
    })
    .where(eq(webhookDeliveries.id, id));
  return again;
}

/** An attempt that was called off, as when its worker stops, counts for nothing. */
export async function giveBackDelivery(db: Db, id: string, worker: string): Promise<void> {
  await db
    .update(webhookDeliveries)
    .set({ workerId: null, attempts: sql`greatest(0, ${webhookDeliveries.attempts} - 1)` })
    .where(and(eq(webhookDeliveries.id, id), eq(webhookDeliveries.workerId, worker)));
}

/** What the worker has in hand. */
export async function listDeliveriesInHand(db: Db, worker: string): Promise<string[]> {
  const rows = await db
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.workerId, worker));
  return rows.map(({ id }) => id);
}

/** Gives out again what workers had in hand that are there no longer. */
export function handBackLostDeliveries(db: Db, queue: Pick<WorkQueue, 'resendLostDeliveries'>): Promise<number> {
  return db.transaction(async (tx) => {
    const lost = await tx.execute<{ id: string }>(sql`
      with lost as (
        select id from webhook_deliveries d where worker_id is not null
          and not exists (select from workers w where w.id = d.worker_id) order by id for no key update skip locked
      )
      update webhook_deliveries d set worker_id = null, error = 'Its worker ended while it was sent'
      from lost where d.id = lost.id returning d.id`);
    await queue.resendLostDeliveries(
      tx,
      lost.map(({ id }) => id),
    );
    return lost.length;
  });
}
