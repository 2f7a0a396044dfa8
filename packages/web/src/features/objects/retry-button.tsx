import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { trpc } from '../../lib/trpc.ts';
import css from './result.module.css';

/** Queues a failed or cancelled prediction once more; the page then shows it as it goes on. */
export function RetryButton({ id, model }: { id: string; model: string }) {
  const queryClient = useQueryClient();
  const retry = useMutation(
    trpc.predictions.retry.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.predictions.byHash.pathFilter()),
    }),
  );
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        mt={6}
        loading={retry.isPending}
        aria-label={`Try again: ${model}`}
        onClick={() => retry.mutate({ id })}
      >
        Try again
      </Button>
      {retry.isError && (
        <p className={css.said} role="alert">
          It was not queued: {retry.error.message}
        </p>
      )}
    </>
  );
}
