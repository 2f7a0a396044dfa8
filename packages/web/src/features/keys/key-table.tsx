import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type Answers, trpc } from '../../lib/trpc.ts';
import { Chip } from '../../ui/chip.tsx';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { CancelledIcon, CheckIcon, QueuedIcon } from '../../ui/icons.ts';
import { Moment } from '../../ui/moment.tsx';
import { Acts, Table } from '../../ui/table.tsx';
import css from './keys.module.css';

type Key = Answers['keys']['list'][number];

export function KeyTable({ keys }: { keys: readonly Key[] }) {
  return (
    <Table columns={['Key', 'For', 'State', 'Made', 'Ends', 'Last used']} hasActs>
      {keys.map((key) => (
        <KeyLine key={key.id} apiKey={key} />
      ))}
    </Table>
  );
}

const states = {
  good: { tone: 'ok', icon: CheckIcon },
  ended: { tone: 'plain', icon: QueuedIcon },
  revoked: { tone: 'plain', icon: CancelledIcon },
} as const;

function KeyLine({
  apiKey: { id, name, start, scopes, cases, state, createdAt, endsAt, lastUsedAt },
}: {
  apiKey: Key;
}) {
  const queryClient = useQueryClient();
  const revoke = useMutation(
    trpc.keys.revoke.mutationOptions({ onSuccess: () => queryClient.invalidateQueries(trpc.keys.pathFilter()) }),
  );
  return (
    <tr>
      <td>
        <div>
          <span className={css.name}>{name}</span>
          <div className="dim mono">{start}…</div>
        </div>
      </td>
      <td data-word="For">
        <div className={css.chips}>
          {scopes.map((scope) => (
            <Chip key={scope}>{scope}</Chip>
          ))}
          {scopes.length === 0 && <span className="dim">figures</span>}
          {cases.length > 0 && (
            <span className="dim small">
              in {cases.map(({ name }) => name ?? 'a case that you are no member of').join(', ')} only
            </span>
          )}
        </div>
      </td>
      <td data-word="State">
        <span>
          <Chip {...states[state]}>{state}</Chip>
        </span>
      </td>
      <td data-word="Made">
        <Moment at={createdAt} />
      </td>
      <td data-word="Ends">{endsAt === null ? <span className="dim">never</span> : <Moment at={endsAt} />}</td>
      <td data-word="Last used">
        {lastUsedAt === null ? <span className="dim">not yet</span> : <Moment at={lastUsedAt} />}
      </td>
      <Acts>
        {state === 'good' && (
          <ConfirmButton
            of={`the key ${name}`}
            why="Whatever uses this key is refused from then on. A revoked key can’t be brought back."
            busy={revoke.isPending}
            onConfirm={() => revoke.mutate({ id })}
          >
            Revoke
          </ConfirmButton>
        )}
        {revoke.isError && <span className="fault">{revoke.error.message}</span>}
      </Acts>
    </tr>
  );
}
