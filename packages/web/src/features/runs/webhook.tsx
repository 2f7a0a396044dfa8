import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { formatCountOf } from '../../lib/format.ts';
import { type Answers, trpc } from '../../lib/trpc.ts';
import { Chip } from '../../ui/chip.tsx';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { CheckIcon, FailedIcon, QueuedIcon, RunningIcon } from '../../ui/icons.ts';
import { Moment } from '../../ui/moment.tsx';
import { Acts, Table } from '../../ui/table.tsx';
import css from './runs.module.css';

type WebhookView = Answers['webhooks']['list'][number];
type Delivery = WebhookView['deliveries'][number];

/** One address, and what it was told. */
export function Webhook({ webhook, mayAct }: { webhook: WebhookView; mayAct: boolean }) {
  const { id, url, addedBy, addedAt, deliveries } = webhook;
  const queryClient = useQueryClient();
  const remove = useMutation(
    trpc.webhooks.remove.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.webhooks.pathFilter()),
    }),
  );
  return (
    <section aria-label={`Webhook ${url}`} className={css.webhook}>
      <div className="row wrap">
        <div className="push" style={{ minWidth: 0 }}>
          <h2 className={`mono ${css.address}`}>{url}</h2>
          <span className="dim small">
            added by {addedBy}, <Moment at={addedAt} />
          </span>
        </div>
        {remove.isError && (
          <span role="alert" className={`small ${css.bad}`}>
            {remove.error.message}
          </span>
        )}
        {mayAct && (
          <ConfirmButton
            of={`the webhook ${url}`}
            why="It is told nothing from now on, and what it was told is no longer listed here."
            busy={remove.isPending}
            onConfirm={() => remove.mutate({ id })}
          >
            Remove
          </ConfirmButton>
        )}
      </div>
      <Table columns={['Told', 'Outcome', 'Attempts', 'When']} hasActs={mayAct} label={`What ${url} was told`}>
        {deliveries.map((delivery) => (
          <DeliveryLine key={delivery.id} delivery={delivery} mayAct={mayAct} />
        ))}
      </Table>
    </section>
  );
}

const events = { 'webhook.added': 'that it was added', 'run.finished': 'that the run is finished' } as const;

function DeliveryLine({ delivery, mayAct }: { delivery: Delivery; mayAct: boolean }) {
  const { id, event, state, attempts, madeAt, attemptedAt, isBeingSent } = delivery;
  const queryClient = useQueryClient();
  const send = useMutation(
    trpc.webhooks.sendAgain.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.webhooks.pathFilter()),
    }),
  );
  return (
    <tr>
      <td>
        <span>
          {events[event]} <span className="dim mono">{event}</span>
        </span>
      </td>
      <td data-word="Outcome">
        <Outcome delivery={delivery} />
      </td>
      <td data-word="Attempts">
        {attempts === 0 ? <span className="dim">none yet</span> : formatCountOf(attempts, 'attempt')}
      </td>
      <td data-word="When">
        <Moment at={attemptedAt ?? madeAt} />
      </td>
      {mayAct && (
        <Acts>
          <Button
            loading={send.isPending}
            disabled={isBeingSent}
            aria-label={`Send again ${events[event]}`}
            onClick={() => send.mutate({ id })}
          >
            {state === 'waiting' && attempts > 0 ? 'Send now' : 'Send again'}
          </Button>
          {send.isError && (
            <div role="alert" className={`small ${css.bad}`}>
              {send.error.message}
            </div>
          )}
        </Acts>
      )}
    </tr>
  );
}

function Outcome({ delivery: { state, status, error, isBeingSent, nextAttemptAt, attempts } }: { delivery: Delivery }) {
  if (isBeingSent)
    return (
      <span>
        <Chip tone="accent" icon={RunningIcon} spins>
          being sent
        </Chip>
      </span>
    );
  if (state === 'delivered')
    return (
      <span>
        <Chip tone="ok" icon={CheckIcon}>
          delivered
        </Chip>{' '}
        <span className="dim small">answered {status}</span>
      </span>
    );
  return (
    <div className={css.outcome}>
      {state === 'failed' ? (
        <Chip tone="bad" icon={FailedIcon}>
          failed
        </Chip>
      ) : (
        <Chip tone={attempts > 0 ? 'wait' : 'plain'} icon={QueuedIcon}>
          {attempts > 0 ? 'will be tried again' : 'waiting'}
        </Chip>
      )}
      {error && <span className="small">{error}.</span>}
      {state === 'waiting' && attempts > 0 && nextAttemptAt && (
        <span className="dim small">Next attempt {describeNext(nextAttemptAt)}.</span>
      )}
    </div>
  );
}

function describeNext(at: string): string {
  const seconds = Math.round((Date.parse(at) - Date.now()) / 1000);
  if (seconds <= 2) return 'now';
  return seconds < 90 ? `in ${seconds} s` : `in ${Math.round(seconds / 60)} min`;
}
