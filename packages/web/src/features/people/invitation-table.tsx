import { useMutation, useQueryClient } from '@tanstack/react-query';
import { describeRole } from '../../lib/roles.ts';
import { type Answers, trpc } from '../../lib/trpc.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Acts, Table } from '../../ui/table.tsx';
import css from './people.module.css';

type Invitation = Answers['people']['list']['invitations'][number];

/** Invitations that nobody has taken up yet. */
export function InvitationTable({ invitations }: { invitations: readonly Invitation[] }) {
  const queryClient = useQueryClient();
  const revoke = useMutation(
    trpc.people.revokeInvitation.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.people.pathFilter()),
    }),
  );
  return (
    <>
      <h2>Invited</h2>
      <Table columns={['For', 'Role', 'Invited by', 'Made', 'Ends']} hasActs>
        {invitations.map(({ id, note, role, madeBy, madeAt, endsAt }) => (
          <tr key={id}>
            <td>
              <span className={css.name} dir="auto">
                {note || 'Nobody in particular'}
              </span>
            </td>
            <td data-word="Role">{describeRole[role].word}</td>
            <td data-word="Invited by">{madeBy}</td>
            <td data-word="Made">
              <Moment at={madeAt} />
            </td>
            <td data-word="Ends">
              <Moment at={endsAt} />
            </td>
            <Acts>
              <ConfirmButton
                of={`the invitation for ${note || 'nobody in particular'}`}
                why="The link is of no use from then on."
                onConfirm={() => revoke.mutate({ id })}
              >
                Revoke
              </ConfirmButton>
            </Acts>
          </tr>
        ))}
      </Table>
      {revoke.isError && <p className="fault">{revoke.error.message}</p>}
    </>
  );
}
