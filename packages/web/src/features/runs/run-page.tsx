import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { formatCount, formatCountOf } from '../../lib/format.ts';
import { type Answers, trpc } from '../../lib/trpc.ts';
import { useTitle } from '../../lib/use-title.ts';
import { BackIcon, UnknownIcon } from '../../ui/icons.ts';
import { Moment } from '../../ui/moment.tsx';
import { Failure, Notice } from '../../ui/notice.tsx';
import { StackedBar, type StateCounts } from '../../ui/stacked-bar.tsx';
import { showState } from '../../ui/states.tsx';
import { CountWords } from './count-words.tsx';
import { listRows } from './list-rows.ts';
import { ObjectList } from './object-list.tsx';
import { type FoundResults, useRunResults } from './run-results.ts';
import css from './runs.module.css';

type Run = Answers['runs']['get'];

const isOpen = (run: Run | undefined) => run === undefined || run.counts.queued + run.counts.running > 0;
/** A long list is asked for less often than a short one. */
const pollEvery = (run: Run | undefined) => (isOpen(run) ? ((run?.objects.length ?? 0) > 500 ? 8_000 : 1_500) : false);
const smallRun = 150;

export function RunPage() {
  const { runId } = useParams({ from: '/frame/runs/$runId' });
  useTitle(`Run ${runId.slice(-8)}`);
  const run = useQuery(
    trpc.runs.get.queryOptions({ id: runId }, { refetchInterval: (query) => pollEvery(query.state.data) }),
  );
  if (run.data) return <RunResults run={run.data} />;
  if (run.error?.data?.code === 'NOT_FOUND' || run.error?.data?.code === 'BAD_REQUEST') {
    return (
      <Notice icon={UnknownIcon} title="There is no such run." whole actions={<Link to="/runs">All runs</Link>}>
        {run.error.message}
      </Notice>
    );
  }
  if (run.isError) return <Failure what="The run" whole error={run.error} retry={() => void run.refetch()} />;
  return <Waiting />;
}

/** The server counts what is queued; which of those wait for a model is seen in the predictions. */
function countShown(counts: Run['counts'], results: Iterable<FoundResults>): StateCounts {
  let waiting = 0;
  for (const { predictions } of results)
    for (const prediction of predictions) if (showState(prediction) === 'waiting') waiting += 1;
  const known = Math.min(waiting, counts.queued);
  return { ...counts, waiting: known, queued: counts.queued - known };
}

function RunResults({ run }: { run: Run }) {
  const { state } = useSearch({ from: '/frame/runs/$runId' });
  const [view, setView] = useState({ from: 0, to: 50 });
  const rows = useMemo(() => listRows(run), [run]);
  const hashes = useMemo(() => rows.map(({ sha256 }) => sha256), [rows]);
  const places = useMemo(() => new Map<string, number>(rows.map(({ sha256 }, index) => [sha256, index])), [rows]);
  const needAll = state !== undefined || rows.length <= smallRun;
  const { byHash, complete, error, retry } = useRunResults(hashes, view, needAll);
  const counts = useMemo(() => countShown(run.counts, byHash.values()), [run.counts, byHash]);
  const shown = useMemo(() => {
    if (state === undefined) return rows;
    return rows.filter(({ sha256 }) =>
      byHash.get(sha256)?.predictions.some((prediction) => showState(prediction) === state),
    );
  }, [rows, byHash, state]);
  const onView = useCallback(
    (from: number, to: number) => {
      const place = (index: number) => places.get(shown[index]?.sha256 ?? '') ?? 0;
      setView({ from: place(from), to: place(to) });
    },
    [places, shown],
  );
  return (
    <div className={css.page}>
      <div className="row wrap" style={{ gap: '0 10px' }}>
        <Link to="/runs" className="dim row" style={{ gap: 4, textDecoration: 'none' }} aria-label="All runs">
          <BackIcon size={15} aria-hidden />
        </Link>
        <h1>
          Run <span title={run.id}>{run.id.slice(-8)}</span>, {formatCountOf(run.objects.length, 'file')}
          {run.derived.length > 0 && `, ${formatCountOf(run.derived.length, 'derived object')}`}
        </h1>
        <span className="dim">
          {run.askedBy}, <Moment at={run.askedAt} />
        </span>
      </div>
      <section className={`card ${css.summary}`} aria-label="Predictions by state">
        <StackedBar counts={counts} tall />
        <div aria-live="polite">
          <CountWords counts={counts} runId={run.id} chosen={state} />
        </div>
      </section>
      {state !== undefined && (
        <p className="dim small row" style={{ margin: 0 }} role="status">
          {complete
            ? `${formatCount(shown.length)} of ${formatCountOf(rows.length, 'object')}`
            : 'Looking through the files…'}
          <Link to="/runs/$runId" params={{ runId: run.id }} search={{}} replace>
            Show all
          </Link>
        </p>
      )}
      {error !== null && byHash.size === 0 ? (
        <Failure what="The results" error={error} retry={retry} />
      ) : run.objects.length === 0 ? (
        <Notice icon={UnknownIcon} title="No file of this run has arrived yet." />
      ) : (
        <ObjectList key={state ?? ''} objects={shown} runId={run.id} results={byHash} onView={onView} />
      )}
    </div>
  );
}

function Waiting() {
  return (
    <div className={css.page} aria-busy="true">
      <Skeleton height={24} width={320} />
      <Skeleton height={66} radius="md" />
      <Skeleton style={{ flex: 1, minHeight: 240 }} radius="md" />
    </div>
  );
}
