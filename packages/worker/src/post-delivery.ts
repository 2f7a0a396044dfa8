import type { Delivery, DeliveryOutcome } from '@assay/db';
import { Agent, errors, request } from 'undici';
import { HostNotPermitted, type HostRules } from './permitted-hosts.ts';
import { signDelivery } from './sign-delivery.ts';

const timeoutSeconds = 10;

/** Sends what webhooks are told. Follows no redirects, and asks nobody at a host that is not permitted. */
export class DeliveryClient {
  readonly #hosts: HostRules;
  readonly #agent: Agent;

  constructor(hosts: HostRules) {
    this.#hosts = hosts;
    this.#agent = new Agent({ connect: { lookup: hosts.lookup } });
  }

  /** One attempt. Rejects when `cancelled` says so. */
  async post(delivery: Delivery, cancelled: AbortSignal): Promise<DeliveryOutcome> {
    const late = AbortSignal.timeout(timeoutSeconds * 1000);
    try {
      this.#hosts.check(new URL(delivery.url).hostname);
      const { statusCode, body } = await request(delivery.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Assay-Webhooks',
          ...signDelivery(delivery, new Date()),
        },
        body: delivery.body,
        dispatcher: this.#agent,
        signal: AbortSignal.any([cancelled, late]),
      });
      await body.dump({ limit: 65_536 });
      return judge(statusCode);
    } catch (error) {
      if (cancelled.aborted) throw error;
      if (late.aborted) return failed(`It gave no answer within ${timeoutSeconds} s`);
      return explain(error);
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

function judge(status: number): DeliveryOutcome {
  if (status >= 200 && status < 300) return { kind: 'delivered', status };
  const error =
    status >= 300 && status < 400
      ? `It answered ${status}, and redirects are not followed: give the address that it leads to`
      : `It answered ${status}`;
  return { kind: 'failed', status, error, isFinal: false };
}

const failed = (error: string, isFinal = false): DeliveryOutcome => ({ kind: 'failed', status: null, error, isFinal });

function explain(error: unknown): DeliveryOutcome {
  if (error instanceof HostNotPermitted) return failed(error.message, true);
  if (!(error instanceof Error)) throw error;
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return failed('Its name leads nowhere');
  if (code === 'ECONNREFUSED' || error instanceof errors.ConnectTimeoutError) return failed('Nobody answers there');
  return failed(`The connection broke: ${error.message}`);
}
