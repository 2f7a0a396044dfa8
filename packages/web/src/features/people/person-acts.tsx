import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { formatExactMoment } from '../../lib/moment.ts';
import { trpc } from '../../lib/trpc.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import css from './people.module.css';
import type { ShownLink } from './people-page.tsx';
import type { Person } from './people-table.tsx';

interface PersonActsProps {
  person: Person;
  onLink: (link: ShownLink) => void;
}

export function PersonActs({ person: { id, username, disabled, hasSecondFactor }, onLink }: PersonActsProps) {
  const queryClient = useQueryClient();
  const refresh = { onSuccess: () => queryClient.invalidateQueries(trpc.people.pathFilter()) };
  const disable = useMutation(trpc.people.disable.mutationOptions(refresh));
  const enable = useMutation(trpc.people.enable.mutationOptions(refresh));
  const reset = useMutation(
    trpc.people.resetPassword.mutationOptions({
      onSuccess: ({ token, endsAt }) =>
        onLink({
          title: `A new password for ${username}`,
          url: `${window.location.origin}/choose-password?token=${token}`,
          explanation: `Send this link to the person, on a way that only they can read. It works once, until ${formatExactMoment(new Date(endsAt))}, and can’t be shown again. The old password is good until then.`,
        }),
    }),
  );
  const removeFactor = useMutation(trpc.people.removeSecondFactor.mutationOptions(refresh));
  const fault = removeFactor.error ?? disable.error ?? enable.error ?? reset.error;
  return (
    <div className={css.acts}>
      <div className="row">
        <Button
          loading={reset.isPending}
          aria-label={`New password for ${username}`}
          onClick={() => reset.mutate({ id })}
        >
          New password
        </Button>
        {hasSecondFactor && (
          <ConfirmButton
            of={`the second factor of ${username}`}
            why="For who has lost it. Their sessions end, and the password alone is enough until they set up another."
            busy={removeFactor.isPending}
            onConfirm={() => removeFactor.mutate({ id })}
          >
            Remove factor
          </ConfirmButton>
        )}
        {disabled ? (
          <Button loading={enable.isPending} aria-label={`Enable ${username}`} onClick={() => enable.mutate({ id })}>
            Enable
          </Button>
        ) : (
          <ConfirmButton
            of={username}
            why="Their sessions end now, in the middle of what they do, and their keys are refused. What they uploaded stays. They can be enabled again."
            busy={disable.isPending}
            onConfirm={() => disable.mutate({ id })}
          >
            Disable
          </ConfirmButton>
        )}
      </div>
      <div role="alert" className="fault">
        {fault?.message}
      </div>
    </div>
  );
}
