import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { trpc } from '../../lib/trpc.ts';
import { useTitle } from '../../lib/use-title.ts';
import { Failure } from '../../ui/notice.tsx';
import { Secret } from '../../ui/secret.tsx';
import { InvitationTable } from './invitation-table.tsx';
import { Invite } from './invite.tsx';
import { PeopleTable } from './people-table.tsx';

export interface ShownLink {
  title: string;
  url: string;
  explanation: string;
}

export function PeoplePage() {
  useTitle('People');
  const asked = useQuery(trpc.people.list.queryOptions());
  const [link, setLink] = useState<ShownLink | null>(null);
  return (
    <div style={{ display: 'grid', gap: 14 }}>
      <h1>People</h1>
      {link ? (
        <Secret key={link.url} title={link.title} value={link.url} onClose={() => setLink(null)}>
          {link.explanation}
        </Secret>
      ) : (
        <Invite onMade={setLink} />
      )}
      {asked.data === undefined ? (
        asked.isError ? (
          <Failure what="The accounts" error={asked.error} retry={() => void asked.refetch()} />
        ) : (
          <div className="card section" aria-busy="true">
            <Skeleton height={120} />
          </div>
        )
      ) : (
        <>
          <PeopleTable people={asked.data.people} onLink={setLink} />
          {asked.data.invitations.length > 0 && <InvitationTable invitations={asked.data.invitations} />}
        </>
      )}
    </div>
  );
}
