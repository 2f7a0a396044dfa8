import { Button } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { AlertIcon } from './icons.ts';
import css from './notice.module.css';

interface NoticeProps {
  icon: Icon;
  title: string;
  /** All there is on the page: the title is its heading. */
  whole?: boolean;
  children?: ReactNode;
  actions?: ReactNode;
}

/** A page or panel that has nothing to show, and why. */
export function Notice({ icon: NoticeIcon, title, whole = false, children, actions }: NoticeProps) {
  const Title = whole ? 'h1' : 'p';
  return (
    <div className={css.notice}>
      <NoticeIcon size={22} stroke={1.5} aria-hidden />
      <Title className={css.title}>{title}</Title>
      {children && <div className={css.text}>{children}</div>}
      {actions && <div className={css.actions}>{actions}</div>}
    </div>
  );
}

const readMessage = (error: unknown) => (error instanceof Error ? error.message : String(error));

interface FailureProps {
  what: string;
  error: unknown;
  retry: () => void;
  whole?: boolean;
}

/** What could not be loaded, why, and a way to try again. */
export function Failure({ what, error, retry, whole = false }: FailureProps) {
  return (
    <div role="alert">
      <Notice
        icon={AlertIcon}
        title={`${what} could not be loaded.`}
        whole={whole}
        actions={<Button onClick={retry}>Try again</Button>}
      >
        {readMessage(error)}
      </Notice>
    </div>
  );
}
