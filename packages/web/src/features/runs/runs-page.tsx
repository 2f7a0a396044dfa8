import { Button, Skeleton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { formatCountOf } from '../../lib/format.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { type Answers, trpc } from '../../lib/trpc.ts';
import { useTitle } from '../../lib/use-title.ts';
import { PlayIcon } from '../../ui/icons.ts';
import { Moment } from '../../ui/moment.tsx';
import { Failure, Notice } from '../../ui/notice.tsx';
import { StackedBar } from '../../ui/stacked-bar.tsx';
import { CountWords } from './count-words.tsx';
import css from './runs.module.css';

type Run = Answers['runs']['list']['runs'][number];

export function RunsPage() {
  useTitle('Runs');
  const pages = useInfiniteQuery(
    trpc.runs.list.infiniteQueryOptions(
      { limit: 50 },
      { getNextPageParam: ({ next }) => next ?? undefined, refetchInterval: 5_000 },
    ),
  );
  const runs = pages.data?.pages.flatMap((page) => page.runs);
  return (
    <div className={css.page}>
      <h1>Runs</h1>
      {runs === undefined ? (
        pages.isError ? (
          <Failure what="The runs" error={pages.error} retry={() => void pages.refetch()} />
        ) : (
          <Waiting />
        )
      ) : (
        <RunList runs={runs} />
      )}
      {pages.hasNextPage && (
        <div>
          <Button loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            Show older runs
          </Button>
        </div>
      )}
    </div>
  );
}

function RunList({ runs }: { runs: Run[] }) {
  const [selected, setSelected] = useState(-1);
  const list = useRef<HTMLUListElement>(null);
  const navigate = useNavigate();
  const move = (step: number) => setSelected((now) => Math.max(0, Math.min(runs.length - 1, now + step)));
  useShortcuts([
    { keys: 'j', does: 'Next', run: () => move(1) },
    { keys: 'k', does: 'Previous', run: () => move(-1) },
    {
      keys: 'Enter',
      does: 'Open',
      run: () => {
        const run = runs[selected];
        if (run) void navigate({ to: '/runs/$runId', params: { runId: run.id } });
      },
    },
  ]);
  useEffect(() => {
    list.current?.querySelectorAll('a')[selected]?.focus();
  }, [selected]);
  if (runs.length === 0) {
    return (
      <div className="card">
        <Notice icon={PlayIcon} title="No runs yet." actions={<Link to="/upload">Upload files</Link>}>
          Each time you send files to models, it is listed here with how far it is.
        </Notice>
      </div>
    );
  }
  return (
    <div className={`card ${css.list}`}>
      <div className={css.head} aria-hidden>
        <span>When</span>
        <span>Who</span>
        <span className={css.number}>Files</span>
        <span>Predictions</span>
      </div>
      <ul ref={list}>
        {runs.map((run, index) => (
          <li key={run.id}>
            <Link to="/runs/$runId" params={{ runId: run.id }} className={css.run} data-selected={index === selected}>
              <Moment at={run.askedAt} />
              <span className="clip dim">{run.askedBy}</span>
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

function Waiting() {
  return (
    <div className={`card ${css.list}`} aria-busy="true">
      {Array.from({ length: 6 }, (_, index) => (
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
