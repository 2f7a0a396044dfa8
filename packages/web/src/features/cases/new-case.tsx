import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { trpc } from '../../lib/trpc.ts';
import css from './cases.module.css';

export function NewCase() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation(
    trpc.cases.create.mutationOptions({
      onSuccess: async ({ id }) => {
        await queryClient.invalidateQueries(trpc.cases.pathFilter());
        await navigate({ to: '/cases/$caseId', params: { caseId: id } });
      },
    }),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    create.mutate({ name: String(new FormData(event.currentTarget).get('name')) });
  };
  return (
    <form className={`card ${css.form}`} onSubmit={submit} aria-label="New case">
      <TextInput
        name="name"
        label="New case"
        placeholder="What it is called among you"
        required
        withAsterisk={false}
        maxLength={200}
        autoComplete="off"
      />
      <Button type="submit" size="sm" variant="filled" loading={create.isPending}>
        Make the case
      </Button>
      <p className="dim small">You are its manager, and add who else may see it. Nobody else learns what is in it.</p>
      <p role="alert" className="fault">
        {create.error?.message}
      </p>
    </form>
  );
}
