import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { formatCount, formatCountOf } from '../../lib/format.ts';
import { useMay } from '../../lib/me.ts';
import { poll } from '../../lib/poll.ts';
import { type Answers, queryClient, trpc } from '../../lib/trpc.ts';
import { FailedIcon, RemoveIcon, RunningIcon, UndoIcon } from '../../ui/icons.ts';
import css from './judging.module.css';
import { refreshJudging } from './use-judging.ts';

type Act = Answers['judging']['many'][number];
const isUnderWay = ({ finishedAt }: Act) => finishedAt === null;

/** How far the person’s last act on many objects is, until it is put away; and undo. */
export function ManyActs() {
  const mayJudge = useMay('judge');
  const acts = useQuery(
    trpc.judging.many.queryOptions(undefined, {
      enabled: mayJudge,
      refetchInterval: poll((acts) => (acts.some(isUnderWay) ? 700 : false)),
    }),
  );
  const undo = useMutation(
    trpc.judging.undoMany.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.judging.many.queryFilter()),
    }),
  );
  const [seen, setSeen] = useState<number | null>(null);
  const [last] = acts.data ?? [];
  useRefreshAtEnd(acts.data);
  // What ended before this page was loaded is nobody’s news.
  const first = useRef<number | undefined>(undefined);
  if (acts.data && first.current === undefined) first.current = last && !isUnderWay(last) ? last.id : 0;
  if (!last || last.id === seen || last.id <= (first.current ?? 0)) return null;
  return (
    <section className={`card ${css.acts}`} aria-label="What is said of many objects">
      {isUnderWay(last) ? (
        <RunningIcon size={15} className="icon spin" aria-hidden />
      ) : last.state === 'failed' ? (
        <FailedIcon size={15} aria-hidden />
      ) : null}
      <span role="status" className="push">
        {describe(last)}
      </span>
      {last.canUndo && (
        <Button
          loading={undo.isPending}
          onClick={() => undo.mutate({ id: last.id })}
          leftSection={<UndoIcon size={13} aria-hidden />}
        >
          Undo
        </Button>
      )}
      {!isUnderWay(last) && (
        <button type="button" className={css.away} aria-label="Put away" onClick={() => setSeen(last.id)}>
          <RemoveIcon size={14} aria-hidden />
        </button>
      )}
      <span role="alert" className="fault">
        {undo.error?.message}
      </span>
    </section>
  );
}

/** When an act has ended, the list and its counts are other ones. */
function useRefreshAtEnd(acts: readonly Act[] | undefined): void {
  const newest = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (!acts) return;
    const ended = acts.find((act) => !isUnderWay(act))?.id ?? 0;
    if (newest.current !== undefined && ended > newest.current) void refreshJudging();
    newest.current = ended;
  }, [acts]);
}

function describe({ state, tag, value, undoes, done, changed, total, reason, case: within }: Act): string {
  const what =
    undoes !== null
      ? 'Undoing'
      : tag !== null
        ? value === null
          ? `Taking off the tag ${tag}`
          : `Tagging ${tag}`
        : value === null
          ? 'Taking verdicts back'
          : `Verdict ${value}`;
  const of = total === null ? 'more than 10,000' : formatCount(total);
  if (state === 'failed')
    return `${what} in ${within} was stopped after ${formatCountOf(changed, 'object')}: ${reason}`;
  if (state === 'done') return `${what} in ${within}: done, ${formatCountOf(changed, 'object')} changed`;
  return `${what} in ${within}: ${formatCount(done)} of ${of}`;
}
