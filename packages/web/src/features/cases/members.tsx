import { type CaseRole, caseRoles, mayInCase } from '@assay/shared';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { describeCaseRole } from '../../lib/case-words.ts';
import { useMe } from '../../lib/me.ts';
import { trpc } from '../../lib/trpc.ts';
import { Chip } from '../../ui/chip.tsx';
import { ChoiceMenu } from '../../ui/choice-menu.tsx';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { CancelledIcon } from '../../ui/icons.ts';
import { Moment } from '../../ui/moment.tsx';
import { Acts, Table } from '../../ui/table.tsx';
import type { Case } from './case-page.tsx';
import css from './cases.module.css';

type Member = Case['people'][number];

export function Members({ found }: { found: Case }) {
  const me = useMe();
  const manages = mayInCase(found.role, 'manage') && found.privateOf === null;
  return (
    <>
      {manages && <AddMember id={found.id} />}
      {found.privateOf !== null && (
        <p className="dim small" style={{ margin: 0 }}>
          A private case has no other members, but for administrators who made themselves one. To work with others, make
          a case for it and upload the files there: nothing is stored or computed twice.
        </p>
      )}
      <Table columns={['Member', 'Role', 'Since']} hasActs label="Members">
        {found.people.map((member) => (
          <tr key={member.userId}>
            <td>
              <div className="row wrap" style={{ gap: '2px 8px' }}>
                <span className={css.name} dir="auto">
                  {member.username}
                </span>
                {member.userId === me?.id && <span className="dim">(you)</span>}
                {member.name !== member.username && (
                  <span className="dim small" dir="auto">
                    {member.name}
                  </span>
                )}
                {member.disabled && (
                  <Chip tone="bad" icon={CancelledIcon}>
                    disabled
                  </Chip>
                )}
              </div>
            </td>
            <td data-word="Role">
              {manages ? <MemberRole id={found.id} member={member} /> : describeCaseRole[member.role].word}
            </td>
            <td data-word="Since">
              <span>
                <Moment at={member.addedAt} />{' '}
                <span className="dim">
                  {member.addedBy === member.username.toLowerCase() ? 'by themselves' : `by ${member.addedBy}`}
                </span>
              </span>
            </td>
            <Acts>
              {(manages || (member.userId === me?.id && found.privateOf !== me.username)) && (
                <RemoveMember found={found} member={member} isSelf={member.userId === me?.id} />
              )}
            </Acts>
          </tr>
        ))}
      </Table>
    </>
  );
}

function AddMember({ id }: { id: string }) {
  const queryClient = useQueryClient();
  const [role, setRole] = useState<CaseRole>('contributor');
  const add = useMutation(
    trpc.cases.addMember.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.cases.pathFilter()),
    }),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const username = String(new FormData(form).get('username')).trim();
    add.mutate({ id, username, role }, { onSuccess: () => form.reset() });
  };
  return (
    <form className={`card ${css.form} ${css.add}`} onSubmit={submit} aria-label="Add a member">
      <TextInput
        name="username"
        label="Add"
        placeholder="User name, as they sign in"
        required
        withAsterisk={false}
        maxLength={200}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
      <NativeSelect
        label="As"
        data={caseRoles.map((value) => ({ value, label: describeCaseRole[value].word }))}
        value={role}
        onChange={(event) => setRole(event.currentTarget.value as CaseRole)}
      />
      <Button type="submit" size="sm" variant="filled" loading={add.isPending}>
        Add
      </Button>
      <p className="dim small">
        A {role} {describeCaseRole[role].may}.
      </p>
      <p role="alert" className="fault">
        {add.error?.message}
      </p>
    </form>
  );
}

const caseRoleChoices = caseRoles.map((value) => {
  const { word, may } = describeCaseRole[value];
  return { value, word, means: may };
});

function MemberRole({ id, member: { userId, username, role } }: { id: string; member: Member }) {
  const queryClient = useQueryClient();
  const change = useMutation(
    trpc.cases.changeMember.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.cases.pathFilter()),
    }),
  );
  return (
    <ChoiceMenu
      isInline
      label={`Role of ${username}: ${describeCaseRole[role].word}`}
      value={role}
      choices={caseRoleChoices}
      onChoose={(value) => change.mutate({ id, userId, role: value })}
      isPending={change.isPending}
      fault={change.error?.message}
    >
      {describeCaseRole[role].word}
    </ChoiceMenu>
  );
}

function RemoveMember({ found, member, isSelf }: { found: Case; member: Member; isSelf: boolean }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation(
    trpc.cases.removeMember.mutationOptions({
      onSuccess: async () => {
        if (isSelf) await navigate({ to: '/cases' });
        await queryClient.invalidateQueries();
      },
    }),
  );
  return (
    <>
      <ConfirmButton
        of={isSelf ? `the case ${found.name}` : member.username}
        why={
          isSelf
            ? 'You see nothing of this case any more, not even what you uploaded into it. A manager can add you again.'
            : 'They see nothing of this case from now on, not even what they uploaded into it; what they have open is cut off.'
        }
        busy={remove.isPending}
        onConfirm={() => remove.mutate({ id: found.id, userId: member.userId })}
      >
        {isSelf ? 'Leave' : 'Remove'}
      </ConfirmButton>
      <div role="alert" className="fault">
        {remove.error?.message}
      </div>
    </>
  );
}
