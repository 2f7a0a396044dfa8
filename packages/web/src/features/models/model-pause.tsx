import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { formatCountOf } from '../../lib/format.ts';
import { useMay } from '../../lib/me.ts';
import { trpc } from '../../lib/trpc.ts';
import { Moment } from '../../ui/moment.tsx';
import type { SeenModel } from './model-details.tsx';
import css from './models.module.css';

/** Why a model is given no work, and the end of that, for who looks after models. */
export function ModelPause({ model: { name, pause, waiting } }: { model: SeenModel }) {
  const queryClient = useQueryClient();
  const mayResume = useMay('models:work');
  const resume = useMutation(
    trpc.models.resume.mutationOptions({ onSettled: () => queryClient.invalidateQueries(trpc.models.pathFilter()) }),
  );
  if (!pause) return null;
  return (
    <section className={css.paused} aria-label={`${name} is paused`}>
      <p>
        <b>Paused</b> <Moment at={pause.since} />, because it failed at five objects in a row.{' '}
        {waiting > 0 &&
          `${formatCountOf(waiting, 'prediction')} ${waiting === 1 ? 'waits' : 'wait'}; nothing is lost. `}
        One object now and then tries it, and when that goes well it is given work again.
      </p>
      {pause.reason !== null && (
        <div>
          <span className="dim small">What it said last:</span>
          <blockquote>{pause.reason}</blockquote>
        </div>
      )}
      {mayResume && (
        <div className={css.acts}>
          <Button
            variant="filled"
            loading={resume.isPending}
            aria-label={`Resume ${name}`}
            onClick={() => resume.mutate({ model: name })}
          >
            Resume
          </Button>
          <span className="dim small">Give it all its work again now, once it is mended.</span>
          <span role="alert" className={`small ${css.failed}`}>
            {resume.error?.message}
          </span>
        </div>
      )}
    </section>
  );
}
