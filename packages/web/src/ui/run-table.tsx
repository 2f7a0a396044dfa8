import { Button, Skeleton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { formatCountOf } from '../lib/format.ts';
import { poll } from '../lib/poll.ts';
import { useRowKeys } from '../lib/row-keys.ts';
import { type Answers, trpc } from '../lib/trpc.ts';
import { CountWords } from './count-words.tsx';
import { PlayIcon } from './icons.ts';
import { Moment } from './moment.tsx';
import { Failure, Notice } from './notice.tsx';
import css from './run-table.module.css';
import { StackedBar } from './stacked-bar.tsx';

type Run = Answers['runs']['list']['runs'][number];

interface RunTableProps {
  /** The only case whose runs are listed. */
  within?: string;
  /** Only so many of the newest. */
  newest?: number;
  /** What to do, and what to know, while there are none. */
  actions: ReactNode;
  children: ReactNode;
}

/** Runs with how far they are, the newest first. */
export function RunTable({ within, newest, actions, children }: RunTableProps) {
  const pages = useInfiniteQuery(
    trpc.runs.list.infiniteQueryOptions(
      { limit: newest ?? 50, case: within },
      { getNextPageParam: ({ next }) => next ?? undefined, refetchInterval: poll(5_000) },
    ),
  );
  const runs = pages.data?.pages.flatMap((page) => page.runs);
  if (runs === undefined)
    return pages.isError ? (
      <Failure what="The runs" error={pages.error} retry={() => void pages.refetch()} />
    ) : (
      <Waiting rows={newest ?? 6} />
    );
  if (runs.length === 0)
    return (
      <div className="card">
        <Notice icon={PlayIcon} title="No runs yet." actions={actions}>
          {children}
        </Notice>
      </div>
    );
  return (
    <>
      <RunList runs={runs} showsCase={within === undefined} />
      {newest === undefined && pages.hasNextPage && (
        <div>
          <Button loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            Show older runs
          </Button>
        </div>
      )}
    </>
  );
}

function RunList({ runs, showsCase }: { runs: Run[]; showsCase: boolean }) {
  const { list, selected } = useRowKeys<HTMLUListElement>(runs.length, 'a');
  return (
    <div className={`card ${css.list}`}>
      <div className={css.head} aria-hidden>
        <span>When</span>
        <span>{showsCase ? 'Who, in which case' : 'Who'}</span>
        <span className={css.number}>Files</span>
        <span>Predictions</span>
      </div>
      <ul ref={list}>
        {runs.map((run, index) => (
          <li key={run.id}>
            <Link to="/runs/$runId" params={{ runId: run.id }} className={css.run} data-selected={index === selected}>
              <Moment at={run.askedAt} />
              <span className="clip dim">
                {run.askedBy}
                {showsCase && (
                  <>
                    , <bdi title={run.case.name}>{run.case.name}</bdi>
                  </>
                )}
              </span>
              <span className={css.number}>{formatCountOf(run.objects, 'file')}</span>
              <span className={css.counts}>
                <StackedBar counts={run.counts} />
                <CountWords counts={run.counts} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Waiting({ rows }: { rows: number }) {
  return (
    <div className={`card ${css.list}`} aria-busy="true">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className={css.run}>
          <Skeleton height={14} width={90} />
          <Skeleton height={14} width={60} />
          <Skeleton height={14} width={60} className={css.number} />
          <Skeleton height={29} />
        </div>
      ))}
    </div>
  );
}
