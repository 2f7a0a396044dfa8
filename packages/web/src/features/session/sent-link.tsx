import type { LinkKind } from '@assay/shared';
import { Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { LinkMissing } from './link-missing.tsx';
import { readLink, type SentLink } from './session.ts';

interface SentLinkPageProps {
  token: string | undefined;
  kind: LinkKind;
  children: (link: SentLink, token: string) => ReactNode;
}

/** A page for somebody who was sent a link: what it is for is asked first, so that nobody fills in a form for nothing. */
export function SentLinkPage({ token, kind, children }: SentLinkPageProps) {
  const asked = useQuery({
    queryKey: ['sent-link', token],
    queryFn: () => readLink(token ?? ''),
    enabled: token !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (token === undefined)
    return <LinkMissing>Open the whole link that you were sent. It ends in a long token.</LinkMissing>;
  if (asked.data === undefined)
    return (
      <main aria-busy="true" style={{ display: 'grid', placeItems: 'center', minHeight: '100dvh' }}>
        <Loader size="sm" aria-label="Looking at the link" />
      </main>
    );
  if (!asked.data.ok) return <LinkMissing title="This link can’t be used.">{asked.data.message}</LinkMissing>;
  if (asked.data.body.kind !== kind)
    return <LinkMissing title="This link can’t be used.">It is for something else than this page.</LinkMissing>;
  return children(asked.data.body, token);
}
