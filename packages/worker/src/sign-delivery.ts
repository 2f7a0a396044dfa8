import { createHmac } from 'node:crypto';
import type { Delivery } from '@assay/db';
import { webhookHeaders } from '@assay/shared';

/**
 * The headers of an attempt, as "Standard Webhooks" has them: HMAC-SHA256, under the secret's bytes, of the delivery's id, the
 * second and the body, so that nobody can send one again later, or as another.
 */
export function signDelivery({ id, secret, body }: Delivery, at: Date): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    [webhookHeaders.id]: id,
    [webhookHeaders.timestamp]: timestamp,
    [webhookHeaders.signature]: `v1,${signature}`,
  };
}
