import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { UnknownIcon } from '../../ui/icons.ts';
import { Notice } from '../../ui/notice.tsx';

/** A link without its token, or whose token is of no use. */
export function LinkMissing({
  title = 'This link is not complete.',
  children,
}: {
  title?: string;
  children: ReactNode;
}) {
  return (
    <main>
      <Notice icon={UnknownIcon} title={title} whole actions={<Link to="/sign-in">Go to sign-in</Link>}>
        {children}
      </Notice>
    </main>
  );
}
