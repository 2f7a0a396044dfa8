import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { formatCountOf } from '../../lib/format.ts';
import { useMay } from '../../lib/me.ts';
import { useRefreshWork } from '../../lib/refresh-work.ts';
import { trpc } from '../../lib/trpc.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import type { SeenModel } from './model-details.tsx';
import css from './models.module.css';

const predictions = (n: number) => formatCountOf(n, 'prediction');

/** What can be done about all work of a model at this version, by who looks after models. */
export function ModelActs({ model: { name, version, waiting, running, failed, newerVersion } }: { model: SeenModel }) {
  const refresh = useRefreshWork();
  const cancel = useMutation(trpc.models.cancel.mutationOptions(refresh));
  const retry = useMutation(trpc.models.retry.mutationOptions(refresh));
  const again = useMutation(trpc.models.runAgain.mutationOptions(refresh));
  const mayAct = useMay('models:work');
  if (!mayAct) return null;
  const which = { model: name, version };
  const open = waiting + running;
  const acts = [cancel, retry, again];
  const begin = (act: () => void) => {
    for (const each of acts) each.reset();
    act();
  };
  const said =
    (cancel.isSuccess && `Cancelled ${predictions(cancel.data.predictions)}.`) ||
    (retry.isSuccess && `${predictions(retry.data.predictions)} queued again.`) ||
    (again.isSuccess && `${predictions(again.data.predictions)} queued with the newest version. The old results stay.`);
  return (
    <div className={css.acts}>
      {open > 0 && (
        <ConfirmButton
          of={`all work of ${name} ${version}`}
          why={`${predictions(open)} of all runs and people will not be made; it stops working on those that it has begun. Each can be tried again.`}
          keep="Let it go on"
          busy={cancel.isPending}
          onConfirm={() => begin(() => cancel.mutate(which))}
        >
          {`Cancel ${open} waiting or running`}
        </ConfirmButton>
      )}
      {failed > 0 && (
        <Button
          loading={retry.isPending}
          aria-label={`Retry ${failed} failed of ${name} ${version}`}
          onClick={() => begin(() => retry.mutate(which))}
        >
          Retry {failed} failed
        </Button>
      )}
      {newerVersion !== null && (
        <ConfirmButton
          of={`what ${name} ${version} was asked`}
          why={`${name} ${newerVersion} is asked for everything that this one was asked for, in all runs. The results of this one stay.`}
          busy={again.isPending}
          onConfirm={() => begin(() => again.mutate(which))}
        >
          {`Run again with ${newerVersion}`}
        </ConfirmButton>
      )}
      <span role="status" className="dim small">
        {said}
      </span>
      <span role="alert" className={`small ${css.failed}`}>
        {acts.find(({ error }) => error)?.error?.message}
      </span>
    </div>
  );
}
