import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { formatCountOf } from '../../lib/format.ts';
import { trpc } from '../../lib/trpc.ts';
import css from './models.module.css';

/** Somebody registered it, and it can be taken out again; asked twice, since work may wait for it. */
export function RemoveAddress({ url, waiting }: { url: string; waiting: number }) {
  const [asked, setAsked] = useState(false);
  const questionId = useId();
  const queryClient = useQueryClient();
  const remove = useMutation(
    trpc.models.removeAddress.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.models.pathFilter()),
    }),
  );
  if (!asked)
    return (
      <div className={css.remove}>
        <span>It was registered.</span>
        <Button size="compact-xs" variant="default" onClick={() => setAsked(true)}>
          Remove<span className="visually-hidden"> {url}</span>
        </Button>
      </div>
    );
  return (
    <div className={css.remove}>
      <span id={questionId}>
        Remove this address? What the model said stays.
        {waiting > 0 && ` ${formatCountOf(waiting, 'prediction')} will wait until it is added again.`}
      </span>
      <Button
        size="compact-xs"
        variant="outline"
        color="red"
        aria-describedby={questionId}
        loading={remove.isPending}
        onClick={() => remove.mutate({ url })}
      >
        Remove it
      </Button>
      <Button
        size="compact-xs"
        variant="default"
        autoFocus
        aria-describedby={questionId}
        onClick={() => setAsked(false)}
      >
        Keep it
      </Button>
      {remove.isError && (
        <span role="alert" className={css.failed}>
          {remove.error.message}
        </span>
      )}
    </div>
  );
}
