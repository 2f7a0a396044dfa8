import { Button, Skeleton } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { trpc } from '../../lib/trpc.ts';
import { Chip } from '../../ui/chip.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Failure } from '../../ui/notice.tsx';
import { Acts, Table } from '../../ui/table.tsx';
import { describeClient } from './describe-client.ts';

export function Sessions() {
  const queryClient = useQueryClient();
  const sessions = useQuery(trpc.account.sessions.queryOptions());
  const refresh = { onSuccess: () => queryClient.invalidateQueries(trpc.account.sessions.pathFilter()) };
  const end = useMutation(trpc.account.endSession.mutationOptions(refresh));
  const endOthers = useMutation(trpc.account.endOtherSessions.mutationOptions(refresh));
  const fault = end.error ?? endOthers.error;
  if (sessions.data === undefined)
    return sessions.isError ? (
      <Failure what="Your sessions" error={sessions.error} retry={() => void sessions.refetch()} />
    ) : (
      <div className="card section" aria-busy="true">
        <Skeleton height={56} />
      </div>
    );
  return (
    <>
      <div className="row wrap">
        <h2>Where you are signed in</h2>
        {sessions.data.length > 1 && (
          <Button loading={endOthers.isPending} onClick={() => endOthers.mutate()}>
            End all others
          </Button>
        )}
        <span role="alert" className="fault">
          {fault?.message}
        </span>
      </div>
      <Table columns={['With', 'Address', 'Signed in']} hasActs>
        {sessions.data.map(({ id, userAgent, ipAddress, createdAt, isThis }) => (
          <tr key={id}>
            <td>
              <span className="row" title={userAgent ?? undefined}>
                {describeClient(userAgent)} {isThis && <Chip tone="accent">this one</Chip>}
              </span>
            </td>
            <td data-word="Address" className="mono">
              {ipAddress || 'unknown'}
            </td>
            <td data-word="Signed in">
              <Moment at={createdAt} />
            </td>
            <Acts>
              {!isThis && (
                <Button
                  loading={end.isPending && end.variables.id === id}
                  aria-label={`End the session with ${describeClient(userAgent)}`}
                  onClick={() => end.mutate({ id })}
                >
                  End
                </Button>
              )}
            </Acts>
          </tr>
        ))}
      </Table>
    </>
  );
}
