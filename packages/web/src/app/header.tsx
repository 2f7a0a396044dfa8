import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useRef } from 'react';
import { useMay } from '../lib/me.ts';
import { useShortcuts } from '../lib/shortcuts.ts';
import { AccountMenu } from './account-menu.tsx';
import { BlurControl } from './blur-control.tsx';
import css from './header.module.css';

export function Header() {
  const mayRead = useMay('read');
  return (
    <header className={css.top}>
      {mayRead ? (
        <>
          <FindByHash />
          <BlurControl />
        </>
      ) : (
        <span className="push" />
      )}
      <AccountMenu />
    </header>
  );
}

function FindByHash() {
  const field = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  useShortcuts([{ keys: '/', does: 'Find an object by its hash', run: () => field.current?.focus() }]);
  const find = (event: FormEvent) => {
    event.preventDefault();
    const hash = field.current?.value.trim();
    if (!hash || !field.current) return;
    field.current.value = '';
    field.current.blur();
    void navigate({ to: '/objects/$hash', params: { hash } });
  };
  return (
    <search className={css.find}>
      <form onSubmit={find}>
        <input
          ref={field}
          type="search"
          className={css.field}
          placeholder="Find by hash"
          aria-label="Find by hash: MD5, SHA-1 or SHA-256"
          autoComplete="off"
          spellCheck={false}
          onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        />
        <kbd className={css.slash} aria-hidden>
          /
        </kbd>
      </form>
    </search>
  );
}
