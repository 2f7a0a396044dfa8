import { type RunPriority, runPriorities } from '@assay/shared';
import { Button, Menu } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { trpc } from '../../lib/trpc.ts';
import { OpenIcon } from '../../ui/icons.ts';
import css from './runs.module.css';
import type { Run } from './use-run.ts';

const means: Record<RunPriority, string> = {
  low: 'An eighth of each model’s time that a normal run has.',
  normal: 'As much of each model’s time as any other run.',
  high: 'Eight times as much of each model’s time as a normal run.',
};

export function PriorityMenu({ run: { id, priority } }: { run: Run }) {
  const queryClient = useQueryClient();
  const [opened, setOpened] = useState(false);
  const change = useMutation(
    trpc.runs.setPriority.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.runs.pathFilter()),
    }),
  );
  return (
    <div>
      <Menu opened={opened} onChange={setOpened} position="bottom-end" width={300} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <Button loading={change.isPending} rightSection={<OpenIcon size={13} aria-hidden />}>
            Priority: {priority}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.RadioGroup
            value={priority}
            onChange={(value) => {
              setOpened(false);
              change.mutate({ id, priority: value as RunPriority });
            }}
          >
            {runPriorities.toReversed().map((each) => (
              <Menu.RadioItem key={each} value={each}>
                {each}
                <div className="dim small">{means[each]}</div>
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
        </Menu.Dropdown>
      </Menu>
      {change.isError && (
        <div role="alert" className={`small ${css.bad}`}>
          {change.error.message}
        </div>
      )}
    </div>
  );
}
