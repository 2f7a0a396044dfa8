import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { formatCountOf } from '../../lib/format.ts';
import { useMay } from '../../lib/me.ts';
import { useRefreshWork } from '../../lib/refresh-work.ts';
import { trpc } from '../../lib/trpc.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { PriorityMenu } from './priority-menu.tsx';
import css from './runs.module.css';
import type { Run } from './use-run.ts';

const predictions = (n: number) => formatCountOf(n, 'prediction');

/** What can be done about all of a run, and what came of it. */
export function RunActs({ run }: { run: Run }) {
  const { id, counts } = run;
  const refresh = useRefreshWork();
  const cancel = useMutation(trpc.runs.cancel.mutationOptions(refresh));
  const retry = useMutation(trpc.runs.retry.mutationOptions(refresh));
  const again = useMutation(trpc.runs.runAgain.mutationOptions(refresh));
  const mayAct = useMay('upload');
  if (!mayAct) return null;
  const open = counts.queued + counts.running;
  const newer = listNewer(run);
  const said =
    (cancel.isSuccess && `Cancelled ${predictions(cancel.data.predictions)}.${open > 0 ? goOn(open) : ''}`) ||
    (retry.isSuccess && `${predictions(retry.data.predictions)} queued again.`) ||
    (again.isSuccess && `${predictions(again.data.predictions)} queued with newer versions. The old results stay.`);
  const fault = cancel.error ?? retry.error ?? again.error;
  const forget = () => {
    for (const act of [cancel, retry, again]) act.reset();
  };
  return (
    <div className={css.acts}>
      <div className={css.buttons}>
        {open > 0 && <PriorityMenu run={run} />}
        {counts.failed > 0 && (
          <Button
            loading={retry.isPending}
            onClick={() => {
              forget();
              retry.mutate({ id });
            }}
          >
            Retry {counts.failed} failed
          </Button>
        )}
        {counts.cancelled > 0 && open === 0 && (
          <Button
            loading={retry.isPending}
            onClick={() => {
              forget();
              retry.mutate({ id, cancelled: true });
            }}
          >
            Run the {counts.cancelled} cancelled after all
          </Button>
        )}
        {newer.length > 0 && (
          <ConfirmButton
            of={`with ${newer.join(', ')}`}
            why={`${newer.join(', ')}: asked for everything that an older version was asked for in this run. The old results stay, marked as from an older version.`}
            busy={again.isPending}
            onConfirm={() => {
              forget();
              again.mutate({ id });
            }}
          >
            Run again
          </ConfirmButton>
        )}
        {open > 0 && (
          <ConfirmButton
            of="the rest of this run"
            why={`${predictions(open)} will not be made, and models stop working on those they have begun. What another run asked for too goes on. Results that are there stay.`}
            keep="Let it go on"
            busy={cancel.isPending}
            onConfirm={() => {
              forget();
              cancel.mutate({ id });
            }}
          >
            Cancel
          </ConfirmButton>
        )}
      </div>
      <span role="status" className="dim small">
        {said}
      </span>
      <span role="alert" className={`small ${css.bad}`}>
        {fault && `It was not done: ${fault.message}`}
      </span>
    </div>
  );
}

const goOn = (open: number) =>
  ` ${predictions(open)} ${open === 1 ? 'goes' : 'go'} on: another run asked for them too.`;

const sum = (counts: Run['counts']) => Object.values(counts).reduce((all, n) => all + n, 0);

/** Models of the run with a newer version that was not asked for all of the same. */
function listNewer({ models }: Run): string[] {
  return models.flatMap(({ model, counts, newerVersion }) => {
    if (newerVersion === null) return [];
    const newest = models.find((other) => other.model === model && other.version === newerVersion);
    return newest && sum(newest.counts) >= sum(counts) ? [] : [`${model} ${newerVersion}`];
  });
}
