import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { describeAct, describeActor } from '../../lib/act-words.ts';
import { trpc } from '../../lib/trpc.ts';
import { Moment } from '../../ui/moment.tsx';
import { Failure } from '../../ui/notice.tsx';
import css from './result.module.css';

const mostShown = 20;

export function HistoryRecords({ hash }: { hash: string }) {
  const asked = useQuery(trpc.audit.list.queryOptions({ filter: { subject: hash }, limit: mostShown }));
  if (asked.isLoadingError)
    return <Failure what="The history" error={asked.error} retry={() => void asked.refetch()} />;
  if (!asked.data) return <Skeleton height={120} mt={6} />;
  const { records, next } = asked.data;
  return (
    <>
      <ul className={css.history}>
        {records.map((record) => (
          <li key={record.id}>
            <Link to="/audit" search={{ on: hash, open: record.id }}>
              {describeAct(record.act)}
            </Link>
            {record.outcome !== 'done' && `, ${record.outcome}`}
            <div className="dim small">
              <bdi>{describeActor(record)}</bdi>, <Moment at={record.at} />
            </div>
          </li>
        ))}
      </ul>
      <p className={`small ${css.said}`}>
        <Link to="/audit" search={{ on: hash }}>
          {next === null ? 'On the audit page' : 'All of it on the audit page'}
        </Link>
      </p>
    </>
  );
}
