import { useQueryClient } from '@tanstack/react-query';
import { trpc } from './trpc.ts';

/** For what acts on predictions: whatever shows them, or counts them, asks again. */
export function useRefreshWork(): { onSettled: () => Promise<unknown> } {
  const queryClient = useQueryClient();
  const shown = [trpc.runs, trpc.predictions, trpc.models];
  return {
    onSettled: () => Promise.all(shown.map((router) => queryClient.invalidateQueries(router.pathFilter()))),
  };
}
