import { randomBytes } from 'node:crypto';
import {
  type Act,
  addWebhook,
  findDeliveryWebhook,
  findWebhook,
  hasRun,
  listWebhooks,
  recordActs,
  removeWebhook,
  sendAgain,
} from '@assay/db';
import { AppError, type CaseRight } from '@assay/shared';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';

/** Adds a webhook to a run of the asker. Its secret is told now and never again. */
export async function addRunWebhook(app: App, user: SignedIn, { run, url }: { run: string; url: string }) {
  await requireRun(app, user, run, 'contribute');
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const id = await app.db.transaction(async (tx) => {
    const added = await addWebhook(tx, app.sender, { runId: run, url, secret, addedBy: user.id });
    if (added) await recordActs(tx, [actOn(user, 'add_webhook', { run, url })]);
    return added;
  });
  if (id === undefined) throw new AppError('webhook_exists', 'This run has a webhook with this address already');
  return { id, secret };
}

/** The webhooks of a run of the asker, and what each was told. */
export async function listRunWebhooks(app: App, user: SignedIn, run: string) {
  await requireRun(app, user, run, 'see');
  const rows = await listWebhooks(app.db, run);
  return rows.map(({ addedAt, deliveries, ...webhook }) => ({
    ...webhook,
    addedAt: addedAt.toISOString(),
    deliveries: deliveries.map(({ madeAt, attemptedAt, endedAt, nextAttemptAt, ...delivery }) => ({
      ...delivery,
      madeAt: madeAt.toISOString(),
      attemptedAt: attemptedAt?.toISOString() ?? null,
      endedAt: endedAt?.toISOString() ?? null,
      /** Of one that waits: when it is tried next. */
      nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
    })),
  }));
}

export async function removeRunWebhook(app: App, user: SignedIn, id: string): Promise<void> {
  const webhook = await getWebhook(app, user, id);
  await app.db.transaction(async (tx) => {
    await removeWebhook(tx, id);
    await recordActs(tx, [actOn(user, 'remove_webhook', webhook)]);
  });
}

/** Sends a delivery again, now, whatever came of it. Throws `delivery_under_way` while it is being sent. */
export async function sendDeliveryAgain(app: App, user: SignedIn, id: string): Promise<void> {
  const webhookId = await findDeliveryWebhook(app.db, id);
  if (webhookId === undefined) throw new AppError('webhook_not_found', `There is no delivery ${id} of yours`);
  const webhook = await getWebhook(app, user, webhookId);
  if (!(await sendAgain(app.db, app.sender, id)))
    throw new AppError('delivery_under_way', 'It is being sent just now. Look again in a moment');
  await recordActs(app.db, [actOn(user, 'send_again', webhook)]);
}

async function requireRun(app: App, user: SignedIn, run: string, right: CaseRight): Promise<void> {
  if (!(await hasRun(app.db, user, run, right)))
    throw new AppError('run_not_found', `There is no run ${run} in your cases`);
}

async function getWebhook(app: App, user: SignedIn, id: string): Promise<{ run: string; url: string }> {
  const webhook = await findWebhook(app.db, id);
  if (webhook?.owner !== user.id || !(await hasRun(app.db, user, webhook.run, 'contribute')))
    throw new AppError('webhook_not_found', `There is no webhook ${id} of yours`);
  return webhook;
}

type WebhookAct = 'add_webhook' | 'remove_webhook' | 'send_again';

/** As the audit trail has it: a way out of the house that somebody made, used or closed. */
export const actOn = (by: SignedIn, act: WebhookAct, { run, url }: { run: string; url: string }): Act => ({
  ...{ by, act, subject: { kind: 'run', id: run }, details: { url } },
});
