import { type RunPriority, runPriorities } from '@assay/shared';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { trpc } from '../../lib/trpc.ts';
import { ChoiceMenu } from '../../ui/choice-menu.tsx';
import type { Run } from './use-run.ts';

const means: Record<RunPriority, string> = {
  low: 'An eighth of each model’s time that a normal run has.',
  normal: 'As much of each model’s time as any other run.',
  high: 'Eight times as much of each model’s time as a normal run.',
};

const choices = runPriorities.toReversed().map((value) => ({ value, word: value, means: means[value] }));

export function PriorityMenu({ run: { id, priority } }: { run: Run }) {
  const queryClient = useQueryClient();
  const change = useMutation(
    trpc.runs.setPriority.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.runs.pathFilter()),
    }),
  );
  return (
    <ChoiceMenu
      value={priority}
      choices={choices}
      onChoose={(value) => change.mutate({ id, priority: value })}
      isPending={change.isPending}
      fault={change.error?.message}
    >
      Priority: {priority}
    </ChoiceMenu>
  );
}
