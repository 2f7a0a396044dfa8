import { Skeleton } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useMay } from '../../lib/me.ts';

// With the words for all acts, which are a part of the first load otherwise.
const HistoryRecords = lazy(() =>
  import('./history-records.tsx').then(({ HistoryRecords }) => ({ default: HistoryRecords })),
);

/** For who may read the audit trail: who did what with the object. Read when it is opened, since reading is on the trail too. */
export function HistorySection({ hash }: { hash: string }) {
  const [open, setOpen] = useState(false);
  if (!useMay('audit')) return null;
  return (
    <section className="section" aria-labelledby="object-history">
      <h2 id="object-history">History</h2>
      <details open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>Who looked at it, ran it, changed it</summary>
        {open && (
          <Suspense fallback={<Skeleton height={120} mt={6} />}>
            <HistoryRecords hash={hash} />
          </Suspense>
        )}
      </details>
    </section>
  );
}
