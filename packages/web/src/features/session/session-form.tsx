import { Button } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import css from './session-form.module.css';

interface SessionFormProps {
  title: string;
  introduction?: ReactNode;
  fault: string | null;
  busy: boolean;
  action: string;
  onSubmit: (form: FormData) => void;
  children: ReactNode;
  /** Another way to the same end. */
  besides?: ReactNode;
}

/** The card that the two pages before the frame share. */
export function SessionForm(props: SessionFormProps) {
  const { title, introduction, fault, busy, action, onSubmit, children, besides } = props;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSubmit(new FormData(event.currentTarget));
  };
  return (
    <main className={css.page}>
      <div className={`card ${css.card}`}>
        <p className={css.brand}>
          <span className={css.diamond} aria-hidden />
          Assay
        </p>
        <h1>{title}</h1>
        {introduction && <div className="dim">{introduction}</div>}
        <form className={css.form} onSubmit={submit}>
          {children}
          <div role="alert">{fault && <p className={css.fault}>{fault}</p>}</div>
          <Button type="submit" variant="filled" size="sm" loading={busy}>
            {action}
          </Button>
        </form>
        {besides}
      </div>
    </main>
  );
}
