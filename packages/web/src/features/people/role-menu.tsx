import { roles } from '@assay/shared';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { describeRole } from '../../lib/roles.ts';
import { trpc } from '../../lib/trpc.ts';
import { ChoiceMenu } from '../../ui/choice-menu.tsx';
import type { Person } from './people-table.tsx';

const choices = roles.map((value) => {
  const { word, may } = describeRole[value];
  return { value, word, means: `May ${may('their')}.` };
});

export function RoleMenu({ person: { id, username, role } }: { person: Person }) {
  const queryClient = useQueryClient();
  const change = useMutation(
    // One's own role may be the one that changes.
    trpc.people.setRole.mutationOptions({ onSuccess: () => queryClient.invalidateQueries() }),
  );
  return (
    <ChoiceMenu
      isInline
      label={`Role of ${username}: ${describeRole[role].word}`}
      value={role}
      choices={choices}
      onChoose={(value) => change.mutate({ id, role: value })}
      isPending={change.isPending}
      fault={change.error?.message}
    >
      {describeRole[role].word}
    </ChoiceMenu>
  );
}
