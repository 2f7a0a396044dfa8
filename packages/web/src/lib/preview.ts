import { errorBodySchema, type PreviewKind, type Waveform, waveformSchema } from '@assay/shared';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { reachServer } from './connection.ts';
import { addressPreview } from './object-address.ts';
import { client, queryClient } from './trpc.ts';

/** There is no such preview of the object. The message says why. */
class NoPreview extends Error {
  override name = 'NoPreview';
}
/** It is being made. */
class NotReady extends Error {
  override name = 'NotReady';
}

async function fetchPreview(hash: string, kind: PreviewKind, signal: AbortSignal): Promise<Response> {
  const answer = await reachServer(addressPreview(hash, kind), { signal });
  if (answer.ok) return answer;
  const { data } = errorBodySchema.safeParse(await answer.json().catch(() => null));
  if (data?.error.code === 'preview_not_ready') throw new NotReady(data.error.message);
  throw new NoPreview(data?.error.message ?? `The server answered ${answer.status} when asked for the ${kind}.`);
}

/** Soon at first, and then less often: a worker may have thousands to make. */
const waitBefore = (attempt: number) => Math.min(1_000 * 1.5 ** attempt, 15_000);

export interface Picture {
  src: string;
  state: 'loading' | 'shown' | 'none';
  /** Of one that there is none of. */
  reason: string | undefined;
  /** For the `img`. */
  onLoad: () => void;
  onError: () => void;
}

/** A thumbnail or poster, as the source of an `img`: asked for again while it is being made. */
export function usePicture(hash: string, kind: 'thumbnail' | 'poster'): Picture {
  const [attempt, setAttempt] = useState(0);
  const [end, setEnd] = useState<'shown' | { reason: string } | null>(null);
  const leaving = useRef(new AbortController());
  useEffect(() => {
    const stop = new AbortController();
    leaving.current = stop;
    return () => stop.abort();
  }, []);
  // An `img` is told nothing of the answer, so it is asked for once more.
  const onError = () => {
    const { signal } = leaving.current;
    const again = () => signal.aborted || setAttempt(attempt + 1);
    fetchPreview(hash, kind, signal).then(again, (error: unknown) => {
      if (signal.aborted) return;
      if (error instanceof NoPreview) setEnd({ reason: error.message });
      else setTimeout(again, waitBefore(attempt));
    });
  };
  return {
    src: `${addressPreview(hash, kind)}${attempt > 0 ? `?attempt=${attempt}` : ''}`,
    state: end === null ? 'loading' : end === 'shown' ? 'shown' : 'none',
    reason: end !== null && end !== 'shown' ? end.reason : undefined,
    onLoad: () => setEnd('shown'),
    onError,
  };
}

/** How loud a recording is along its length; undefined while it is being drawn, null where it can't be. */
export function useWaveform(hash: string): { waveform: Waveform | null | undefined; reason: string | undefined } {
  const { data, error } = useQuery({
    queryKey: ['waveform', hash],
    queryFn: async ({ signal }) => waveformSchema.parse(await (await fetchPreview(hash, 'waveform', signal)).json()),
    staleTime: Number.POSITIVE_INFINITY,
    retry: (_, failure) => failure instanceof NotReady,
    retryDelay: waitBefore,
  });
  if (error) return { waveform: null, reason: error.message };
  return { waveform: data, reason: undefined };
}

/** Has a preview that failed made once more. */
export async function retryPreview(hash: string, kind: PreviewKind): Promise<void> {
  await client.objects.retryPreview.mutate({ hash, kind });
  if (kind === 'waveform') await queryClient.resetQueries({ queryKey: ['waveform', hash] });
}
