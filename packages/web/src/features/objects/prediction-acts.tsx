import type { PredictionView } from '@assay/shared';
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useMay } from '../../lib/me.ts';
import { useRefreshWork } from '../../lib/refresh-work.ts';
import { trpc } from '../../lib/trpc.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import css from './result.module.css';

/** What can be done about one prediction; the page then shows it as it goes on. */
export function PredictionActs({ prediction: { id, model, state, newerVersion } }: { prediction: PredictionView }) {
  const refresh = useRefreshWork();
  const cancel = useMutation(trpc.predictions.cancel.mutationOptions(refresh));
  const retry = useMutation(trpc.predictions.retry.mutationOptions(refresh));
  const again = useMutation(trpc.predictions.runAgain.mutationOptions(refresh));
  const mayAct = useMay('upload');
  const isOpen = state === 'queued' || state === 'running';
  const canRetry = state === 'failed' || state === 'cancelled';
  const fault = cancel.error ?? retry.error ?? again.error;
  const canAct = isOpen || canRetry || newerVersion !== null;
  if (!mayAct || !canAct) return null;
  return (
    <>
      <div className={css.acts}>
        {isOpen && (
          <ConfirmButton
            of={model}
            why="The model stops working on it. It can be tried again."
            keep="Let it go on"
            busy={cancel.isPending}
            onConfirm={() => cancel.mutate({ id })}
          >
            Cancel
          </ConfirmButton>
        )}
        {canRetry && (
          <Button loading={retry.isPending} aria-label={`Try again: ${model}`} onClick={() => retry.mutate({ id })}>
            Try again
          </Button>
        )}
        {newerVersion !== null && !isOpen && (
          <Button
            loading={again.isPending}
            aria-label={`Run ${model} again with ${newerVersion}`}
            onClick={() => again.mutate({ id })}
          >
            Run again with {newerVersion}
          </Button>
        )}
        <span role="status" className="dim small">
          {again.data?.predictions === 0 && `${newerVersion ?? 'The newest version'} was asked before: see its result.`}
        </span>
      </div>
      {fault && (
        <p className={css.said} role="alert">
          It was not done: {fault.message}
        </p>
      )}
    </>
  );
}
