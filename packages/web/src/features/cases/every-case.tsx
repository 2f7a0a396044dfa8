import { type CaseRole, caseRoles } from '@assay/shared';
import { Button, Menu, Skeleton } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { describeCaseRole, nameCase } from '../../lib/case-words.ts';
import { formatCountOf } from '../../lib/format.ts';
import { useMe } from '../../lib/me.ts';
import { type Answers, trpc } from '../../lib/trpc.ts';
import { OpenIcon } from '../../ui/icons.ts';
import { Moment } from '../../ui/moment.tsx';
import { Failure } from '../../ui/notice.tsx';
import { Acts, numberCell, Table } from '../../ui/table.tsx';
import { CaseChips } from './case-chips.tsx';
import css from './cases.module.css';

/** For administrators: every case there is, and nothing of what is in it. */
export function EveryCase() {
  const me = useMe();
  const asked = useQuery(trpc.cases.all.queryOptions());
  if (asked.isLoadingError) return <Failure what="The cases" error={asked.error} retry={() => void asked.refetch()} />;
  if (!asked.data)
    return (
      <div className="card section" aria-busy="true">
        <Skeleton height={120} />
      </div>
    );
  return (
    <>
      <p className="dim small" style={{ margin: 0 }}>
        {formatCountOf(asked.data.length, 'case')}. You see what is in a case only as a member of it. You can make
        yourself one, and its members see that you did.
      </p>
      <Table columns={['Case', 'Managers', { number: 'Members' }, 'Made']} hasActs label="Every case">
        {asked.data.map((each) => (
          <tr key={each.id}>
            <td>
              <div className="row wrap" style={{ gap: '4px 10px' }}>
                {each.role === null ? (
                  <span className={css.name} dir="auto">
                    {nameCase(each, me?.username)}
                  </span>
                ) : (
                  <Link to="/cases/$caseId" params={{ caseId: each.id }} className={css.name} dir="auto">
                    {nameCase(each, me?.username)}
                  </Link>
                )}
                <CaseChips {...each} />
              </div>
            </td>
            <td data-word="Managers">{each.managers.join(', ')}</td>
            <td data-word="Members" className={numberCell}>
              {formatCountOf(each.members, 'member')}
            </td>
            <td data-word="Made">
              <Moment at={each.createdAt} />
            </td>
            <Acts>
              {each.role === null ? <Join case={each} /> : <span className="dim">you are a {each.role}</span>}
            </Acts>
          </tr>
        ))}
      </Table>
    </>
  );
}

function Join({ case: { id, name } }: { case: Answers['cases']['all'][number] }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const join = useMutation(
    trpc.cases.join.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.cases.pathFilter());
        await navigate({ to: '/cases/$caseId', params: { caseId: id } });
      },
    }),
  );
  return (
    <>
      <Menu position="bottom-end" width={280} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <Button
            loading={join.isPending}
            rightSection={<OpenIcon size={13} aria-hidden />}
            aria-label={`Join ${name}`}
          >
            Join
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {caseRoles.map((role: CaseRole) => (
            <Menu.Item key={role} onClick={() => join.mutate({ id, role })}>
              As a {role}
              <div className="dim small">{describeCaseRole[role].may}</div>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <div role="alert" className="fault">
        {join.error?.message}
      </div>
    </>
  );
}
