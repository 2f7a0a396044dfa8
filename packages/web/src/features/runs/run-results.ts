import type { ObjectResults } from '@assay/shared';
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { poll } from '../../lib/poll.ts';
import { trpc } from '../../lib/trpc.ts';

export type FoundResults = Extract<ObjectResults, { found: true }>;

/** Hashes a request: what fits into an address with room to spare. */
const chunkSize = 50;

const isWaiting = (results: ObjectResults) =>
  results.found &&
  results.predictions.every(
    ({ state, waitingSince }) => waitingSince !== null || !['queued', 'running'].includes(state),
  );

/** Stops when all is done; asks seldom when there is only waiting for models. */
function pollAgain(results: readonly ObjectResults[]): number | false {
  const open = results.filter((object) => object.found && !object.done);
  if (open.length === 0) return false;
  return open.every(isWaiting) ? 10_000 : 1_500;
}

interface Span {
  from: number;
  to: number;
}

/**
 * What is known of the run's objects by hash: of those in view, or of all where a filter needs them. Asked again when the
 * run's `counts` have changed: what was done may have been tried again.
 */
export function useRunResults(hashes: readonly string[], view: Span, all: boolean, counts: Record<string, number>) {
  const queryClient = useQueryClient();
  const changes = JSON.stringify(counts);
  const seen = useRef(changes);
  useEffect(() => {
    if (seen.current === changes) return;
    seen.current = changes;
    void queryClient.invalidateQueries(trpc.predictions.byHash.queryFilter(), { cancelRefetch: false });
  }, [changes, queryClient]);
  const chunks = useMemo(
    () =>
      Array.from({ length: Math.ceil(hashes.length / chunkSize) }, (_, i) =>
        hashes.slice(i * chunkSize, (i + 1) * chunkSize),
      ),
    [hashes],
  );
  return useQueries({
    queries: chunks.map((chunk, index) =>
      trpc.predictions.byHash.queryOptions(chunk, {
        enabled: all || ((index + 1) * chunkSize > view.from && index * chunkSize <= view.to),
        // Of the other rows there may be results, so nothing tells of the failure of these.
        refetchInterval: poll(pollAgain, 10_000),
      }),
    ),
    combine: combineResults,
  });
}

type ChunkQuery = { data: ObjectResults[] | undefined; error: unknown; refetch: () => Promise<unknown> };

function combineResults(queries: ChunkQuery[]) {
  const byHash = new Map<string, FoundResults>();
  for (const { data } of queries) for (const object of data ?? []) if (object.found) byHash.set(object.sha256, object);
  return {
    byHash,
    complete: queries.every(({ data }) => data !== undefined),
    error: queries.find(({ error }) => error)?.error ?? null,
    retry: () => {
      for (const query of queries) if (query.error) void query.refetch();
    },
  };
}
