import { z } from 'zod';

/** What a webhook is told: that it was added, so that its address is known to be good; that nothing of its run waits or runs. */
export const webhookEvents = ['webhook.added', 'run.finished'] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

/** `waiting`: for its first attempt, or the next. */
export const deliveryStates = ['waiting', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** As in the specification "Standard Webhooks" (standardwebhooks.com), whose libraries check what is signed like this. */
export const webhookHeaders = {
  /** Of the delivery, the same on each attempt. */
  id: 'webhook-id',
  /** Of the attempt: seconds since 1970. */
  timestamp: 'webhook-timestamp',
  /** `v1,` and HMAC-SHA256 of `id.timestamp.body` in Base64. */
  signature: 'webhook-signature',
} as const;

const longest = 2048;

export const webhookUrlSchema = z
  .url({ protocol: /^https?$/, error: 'must be a URL that begins with http:// or https://' })
  .max(longest, `must have at most ${longest} characters`)
  .refine((text) => {
    const { username, password, hash } = URL.parse(text) ?? {};
    return !username && !password && !hash;
  }, 'must have no user name, password or # in it');

/** `whsec_` and the Base64 of 24 to 64 bytes that only the two ends know. */
const webhookSecretSchema = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/, 'must be whsec_ and the Base64 of 24 to 64 random bytes');

/** The form field `webhook` of an upload: JSON text. */
export const webhookFieldSchema = z.object({ url: webhookUrlSchema, secret: webhookSecretSchema });
export type WebhookField = z.infer<typeof webhookFieldSchema>;

/** Attempts of a delivery before it is given up: over three to five hours. */
export const maxDeliveryAttempts = 15;
