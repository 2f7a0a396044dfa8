import { type Role, roles } from '@assay/shared';
import { Button, Menu } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { describeRole } from '../../lib/roles.ts';
import { trpc } from '../../lib/trpc.ts';
import { OpenIcon } from '../../ui/icons.ts';
import css from './people.module.css';
import type { Person } from './people-table.tsx';

export function RoleMenu({ person: { id, username, role } }: { person: Person }) {
  const queryClient = useQueryClient();
  const change = useMutation(
    // One's own role may be the one that changes.
    trpc.people.setRole.mutationOptions({ onSuccess: () => queryClient.invalidateQueries() }),
  );
  return (
    <div>
      <Menu position="bottom-start" width={300} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <Button
            variant="subtle"
            className={css.role}
            loading={change.isPending}
            rightSection={<OpenIcon size={13} aria-hidden />}
            aria-label={`Role of ${username}: ${describeRole[role].word}`}
          >
            {describeRole[role].word}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.RadioGroup value={role} onChange={(value) => change.mutate({ id, role: value as Role })}>
            {roles.map((each) => (
              <Menu.RadioItem key={each} value={each}>
                {describeRole[each].word}
                <div className="dim small">May {describeRole[each].may}.</div>
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
        </Menu.Dropdown>
      </Menu>
      <div role="alert" className={css.fault}>
        {change.error?.message}
      </div>
    </div>
  );
}
