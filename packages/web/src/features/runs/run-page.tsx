import { Skeleton } from '@mantine/core';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { formatCount, formatCountOf } from '../../lib/format.ts';
import { useTitle } from '../../lib/use-title.ts';
import { BackIcon, UnknownIcon } from '../../ui/icons.ts';
import { Moment } from '../../ui/moment.tsx';
import { Failure, Notice } from '../../ui/notice.tsx';
import { showState } from '../../ui/states.tsx';
import { Views } from '../../ui/views.tsx';
import { ByModel } from './by-model.tsx';
import { listRows } from './list-rows.ts';
import { ObjectList } from './object-list.tsx';
import { RunActs } from './run-acts.tsx';
import { useRunResults } from './run-results.ts';
import { RunSummary } from './run-summary.tsx';
import { RunWebhooks } from './run-webhooks.tsx';
import css from './runs.module.css';
import { isOpen, type Line, type Run, useRun } from './use-run.ts';

const smallRun = 150;

export function RunPage() {
  const { runId } = useParams({ from: '/frame/runs/$runId' });
  useTitle(`Run ${runId.slice(-8)}`);
  const { run, line } = useRun(runId);
  if (run.data) return <KnownRun run={run.data} line={line} />;
  if (run.error?.data?.httpStatus === 404 || run.error?.data?.code === 'BAD_REQUEST') {
    return (
      <Notice icon={UnknownIcon} title="There is no such run." whole actions={<Link to="/runs">All runs</Link>}>
        {run.error.message}
      </Notice>
    );
  }
  if (run.isError) return <Failure what="The run" whole error={run.error} retry={() => void run.refetch()} />;
  return <Waiting />;
}

function KnownRun({ run, line }: { run: Run; line: Line }) {
  const { state, view } = useSearch({ from: '/frame/runs/$runId' });
  return (
    <div className={css.page}>
      <div className={css.top}>
        <div className={`row wrap push ${css.title}`}>
          <Link to="/runs" className="dim row" style={{ gap: 4, textDecoration: 'none' }} aria-label="All runs">
            <BackIcon size={15} aria-hidden />
          </Link>
          <h1>
            Run <span title={run.id}>{run.id.slice(-8)}</span>, {formatCountOf(run.objects.length, 'file')}
            {run.derived.length > 0 && `, ${formatCountOf(run.derived.length, 'derived object')}`}
          </h1>
          <span className="dim">
            {run.askedBy}, <Moment at={run.askedAt} />, in{' '}
            <Link to="/cases/$caseId" params={{ caseId: run.case.id }}>
              <bdi>{run.case.name}</bdi>
            </Link>
            {run.cancelled && (
              <>
                {' '}
                · cancelled by {run.cancelled.by}, <Moment at={run.cancelled.at} />
              </>
            )}
          </span>
        </div>
        <RunActs run={run} />
      </div>
      <RunSummary run={run} line={line} chosen={state} />
      <Views
        label="Views of this run"
        chosen={view}
        views={[
          { words: 'Files' },
          { view: 'models', words: formatCountOf(run.models.length, 'model') },
          { view: 'webhooks', words: 'Webhooks' },
        ]}
      />
      {view === 'models' && <ByModel run={run} />}
      {view === 'webhooks' && <RunWebhooks runId={run.id} isOpen={isOpen(run)} />}
      {view === undefined && <RunObjects run={run} />}
    </div>
  );
}

function RunObjects({ run }: { run: Run }) {
  const { state } = useSearch({ from: '/frame/runs/$runId' });
  const [view, setView] = useState({ from: 0, to: 50 });
  const rows = useMemo(() => listRows(run), [run]);
  const hashes = useMemo(() => rows.map(({ sha256 }) => sha256), [rows]);
  const places = useMemo(() => new Map<string, number>(rows.map(({ sha256 }, index) => [sha256, index])), [rows]);
  const needAll = state !== undefined || rows.length <= smallRun;
  const { byHash, complete, error, retry } = useRunResults(hashes, view, needAll, run.counts);
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
    <>
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
        <div className="card">
          <Notice icon={UnknownIcon} title="No file of this run has arrived yet." />
        </div>
      ) : (
        <ObjectList key={state ?? ''} objects={shown} runId={run.id} results={byHash} onView={onView} />
      )}
    </>
  );
}

function Waiting() {
  return (
    <div className={css.page} aria-busy="true">
      <h1 className="visually-hidden">A run, being loaded</h1>
      <Skeleton height={24} width={320} />
      <Skeleton height={66} radius="md" />
      <Skeleton style={{ flex: 1, minHeight: 240 }} radius="md" />
    </div>
  );
}
