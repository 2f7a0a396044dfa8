import { Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { describeCaseRole, nameCase } from '../../lib/case-words.ts';
import { formatCount, formatCountOf } from '../../lib/format.ts';
import { useMay, useMe } from '../../lib/me.ts';
import { useRowKeys } from '../../lib/row-keys.ts';
import { type Answers, trpc } from '../../lib/trpc.ts';
import { useTitle } from '../../lib/use-title.ts';
import { Moment } from '../../ui/moment.tsx';
import { Failure } from '../../ui/notice.tsx';
import { numberCell, Table } from '../../ui/table.tsx';
import { CaseChips } from './case-chips.tsx';
import css from './cases.module.css';
import { EveryCase } from './every-case.tsx';
import { NewCase } from './new-case.tsx';

type Case = Answers['cases']['list'][number];

export function CasesPage() {
  useTitle('Cases');
  const { archived = false, all = false } = useSearch({ from: '/frame/cases' });
  const navigate = useNavigate({ from: '/cases' });
  const mayMake = useMay('cases');
  const maySeeAll = useMay('cases:all');
  const asked = useQuery(trpc.cases.list.queryOptions());
  const away = asked.data?.filter(({ archivedAt }) => archivedAt !== null).length ?? 0;
  const show = (search: { archived?: true; all?: true }) => void navigate({ search, replace: true });
  return (
    <div className={css.page}>
      <div className="row wrap">
        <h1 className="push">Cases</h1>
        {maySeeAll && (
          <Button aria-pressed={all} onClick={() => show(all ? {} : { all: true })}>
            Every case
          </Button>
        )}
        {!all && away > 0 && (
          <Button aria-pressed={archived} onClick={() => show(archived ? {} : { archived: true })}>
            {archived ? 'Hide archived' : `Show ${formatCount(away)} archived`}
          </Button>
        )}
      </div>
      {all && maySeeAll ? (
        <EveryCase />
      ) : (
        <>
          {mayMake && <NewCase />}
          {asked.data ? (
            <CaseTable cases={asked.data.filter(({ archivedAt }) => archived || archivedAt === null)} />
          ) : asked.isError ? (
            <Failure what="The cases" error={asked.error} retry={() => void asked.refetch()} />
          ) : (
            <div className="card section" aria-busy="true">
              <Skeleton height={120} />
            </div>
          )}
        </>
      )}
    </div>
  );
}

function CaseTable({ cases }: { cases: readonly Case[] }) {
  const me = useMe();
  const { list } = useRowKeys<HTMLDivElement>(cases.length, 'td:first-child a');
  return (
    <div ref={list}>
      <Table columns={['Case', 'You are', { number: 'Members' }, 'Made']} label="Your cases">
        {cases.map((each) => (
          <tr key={each.id}>
            <td>
              <div className="row wrap" style={{ gap: '4px 10px' }}>
                <Link to="/cases/$caseId" params={{ caseId: each.id }} className={css.name} dir="auto">
                  {nameCase(each, me?.username)}
                </Link>
                <CaseChips {...each} />
                {each.privateOf === me?.username && (
                  <span className="dim small">what you upload without naming a case</span>
                )}
              </div>
            </td>
            <td data-word="You are">{describeCaseRole[each.role].word}</td>
            <td data-word="Members" className={numberCell}>
              {formatCountOf(each.members, 'member')}
            </td>
            <td data-word="Made">
              <span>
                <Moment at={each.createdAt} /> <span className="dim">by {each.createdBy}</span>
              </span>
            </td>
          </tr>
        ))}
      </Table>
    </div>
  );
}
