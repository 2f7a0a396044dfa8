import { useQuery } from '@tanstack/react-query';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';

const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

/** The review that the object was opened in; undefined: it was opened in none. */
export function useReview(hash: string) {
  const { review: query, case: caseId, sort } = useSearch({ from: '/frame/objects/$hash' });
  const navigate = useNavigate({ from: '/objects/$hash' });
  const router = useRouter();
  const here = router.state.location.pathname;
  const [done, setDone] = useState(false);
  const asked = { query: query ?? '', case: caseId ?? '', sort, timeZone, after: hash };
  const enabled = query !== undefined && caseId !== undefined;
  const far = useQuery(trpc.judging.review.queryOptions(asked, { enabled, staleTime: 5_000 }));
  const goOn = async () => {
    const { next } = await queryClient.fetchQuery(trpc.judging.review.queryOptions(asked, { staleTime: 0 }));
    // Whoever has gone elsewhere meanwhile is not fetched back.
    if (router.state.location.pathname !== here) return;
    setDone(next === null);
    if (next !== null) await navigate({ to: '/objects/$hash', params: { hash: next }, search: (before) => before });
  };
  const leave = () => void navigate({ to: '/objects', search: { q: query || undefined, sort } });
  useShortcuts(
    enabled
      ? [
          { keys: 'j', does: 'Next object without a verdict', run: () => void goOn().catch(() => {}) },
          { keys: 'k', does: 'Back to where you were', run: () => router.history.back() },
          { keys: 'u', does: 'Back to the search', run: leave },
        ]
      : [],
  );
  return enabled ? { query, sort, far: far.data, fault: far.error?.message, done, goOn } : undefined;
}

export type ReviewState = NonNullable<ReturnType<typeof useReview>>;
