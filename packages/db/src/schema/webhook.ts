import { deliveryStates, webhookEvents } from '@assay/shared';
import { sql } from 'drizzle-orm';
import { index, integer, pgEnum, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import { user } from './auth.ts';
import { moment } from './columns.ts';
import { runs } from './run.ts';

export const webhookEvent = pgEnum('webhook_event', webhookEvents);
export const deliveryState = pgEnum('delivery_state', deliveryStates);

/** An address that is told when a run is finished. */
export const webhooks = pgTable(
  'webhooks',
  {
    id: uuid().primaryKey(),
    runId: uuid()
      .notNull()
      .references(() => runs.id),
    url: text().notNull(),
    /** Signs what is sent. Nobody is told it after it was made. */
    secret: text().notNull(),
    addedBy: text()
      .notNull()
      .references(() => user.id),
    addedAt: moment().notNull().defaultNow(),
    /** How the run was when it was last told to be finished: its predictions, and when the last of them ended. */
    toldPredictions: integer(),
    toldEnd: moment(),
  },
  (t) => [unique().on(t.runId, t.url)],
);

/** What a webhook is told once, and what came of it. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    id: uuid().primaryKey(),
    webhookId: uuid()
      .notNull()
      .references(() => webhooks.id, { onDelete: 'cascade' }),
    event: webhookEvent().notNull(),
    /** JSON, the same on each attempt. */
    body: text().notNull(),
    state: deliveryState().notNull().default('waiting'),
    attempts: integer().notNull().default(0),
    /** That answered last; null: nothing did. */
    status: integer(),
    /** What was wrong at the last attempt. */
    error: text(),
    /** The worker that sends it now; null: none does. */
    workerId: uuid(),
    madeAt: moment().notNull().defaultNow(),
    attemptedAt: moment(),
    endedAt: moment(),
  },
  (t) => [index().on(t.webhookId, t.madeAt), index().on(t.workerId).where(sql`worker_id is not null`)],
);
