import { type ErrorDetail, uploadFields, type WebhookField, webhookFieldSchema } from '@assay/shared';

/** A `webhook` field, or what is wrong with it. */
export function readWebhookField(value: string): WebhookField | ErrorDetail {
  const read = webhookFieldSchema.safeParse(parse(value));
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path, message }) => [...path, message].join(' '));
  return {
    code: 'invalid_request',
    field: uploadFields.webhook,
    message: `webhook is JSON such as {"url": "http://127.0.0.1:9000/done", "secret": "whsec_…"}: ${faults.join('; ')}`,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema says what it wants instead
  }
}
