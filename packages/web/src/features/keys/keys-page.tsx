import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { trpc } from '../../lib/trpc.ts';
import { useTitle } from '../../lib/use-title.ts';
import { KeyIcon } from '../../ui/icons.ts';
import { Failure, Notice } from '../../ui/notice.tsx';
import { Secret } from '../../ui/secret.tsx';
import { KeyTable } from './key-table.tsx';
import { NewKey } from './new-key.tsx';

export function KeysPage() {
  useTitle('API keys');
  const keys = useQuery(trpc.keys.list.queryOptions());
  const [made, setMade] = useState<{ name: string; key: string } | null>(null);
  const good = keys.data?.filter(({ state }) => state === 'good') ?? [];
  const former = keys.data?.filter(({ state }) => state !== 'good') ?? [];
  return (
    <div style={{ display: 'grid', gap: 14 }}>
      <div>
        <h1>API keys</h1>
        <p className="dim small" style={{ margin: 0 }}>
          With a key, a program does in your name what the key is for, and never more than you may. It sends it in the
          header <span className="mono">x-api-key</span>.
        </p>
      </div>
      {made ? (
        <Secret title={`The key “${made.name}”`} value={made.key} onClose={() => setMade(null)}>
          Copy it now: it is not kept here and can’t be shown again.
        </Secret>
      ) : (
        <NewKey onMade={setMade} />
      )}
      {keys.data === undefined ? (
        keys.isError ? (
          <Failure what="Your keys" error={keys.error} retry={() => void keys.refetch()} />
        ) : (
          <div className="card section" aria-busy="true">
            <Skeleton height={56} />
          </div>
        )
      ) : good.length === 0 ? (
        <div className="card">
          <Notice icon={KeyIcon} title={former.length === 0 ? 'You have no key yet.' : 'You have no key that is good.'}>
            Tools such as assay ingest and models that register themselves need one.
          </Notice>
        </div>
      ) : (
        <KeyTable keys={good} />
      )}
      {former.length > 0 && (
        <>
          <h2>Of no use any more</h2>
          <KeyTable keys={former} />
        </>
      )}
    </div>
  );
}
