import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { trpc } from '../../lib/trpc.ts';
import css from './models.module.css';

/** Adds a model by its address; it is asked before it is listed, and what is wrong with it is said here. */
export function AddModel() {
  const queryClient = useQueryClient();
  const register = useMutation(
    trpc.models.register.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.models.pathFilter()),
    }),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const url = String(new FormData(form).get('url')).trim();
    register.mutate({ url }, { onSuccess: () => form.reset() });
  };
  return (
    <form className={css.add} onSubmit={submit}>
      <TextInput
        type="url"
        name="url"
        label="Add a model by its address"
        placeholder="http://127.0.0.1:9000"
        required
        withAsterisk={false}
        spellCheck={false}
        autoCapitalize="none"
        onChange={() => register.isPending || register.reset()}
        error={register.isError && <span className={css.detail}>{register.error.message}</span>}
      />
      <Button type="submit" variant="default" size="sm" loading={register.isPending}>
        Add
      </Button>
      <div role="status" className={`small ${css.added}`}>
        {register.isPending && 'Asking it what it is…'}
        {register.isSuccess && `${register.data.name} ${register.data.version} is ${register.data.state}.`}
      </div>
    </form>
  );
}
