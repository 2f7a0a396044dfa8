import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type Answers, client, trpc } from '../../lib/trpc.ts';

export type Run = Answers['runs']['get'];

/** Whether the page hears of changes as they happen; `idle`: nothing is to be heard. */
export type Line = 'idle' | 'connecting' | 'live' | 'broken';

export const isOpen = (run: Pick<Run, 'counts'> | undefined): boolean =>
  run !== undefined && run.counts.queued + run.counts.running > 0;

const again = 3_000;

/** The run, and how it goes on while somebody looks: the server says so, and nothing is asked again and again. */
export function useRun(id: string) {
  const run = useQuery(trpc.runs.get.queryOptions({ id }));
  const isSeen = useIsSeen();
  const line = useWatch(id, isSeen && isOpen(run.data));
  return { run, line };
}

/** Each stream takes one of the few connections that a browser has for a server: a page in the background has none. */
function useIsSeen(): boolean {
  const [seen, setSeen] = useState(() => document.visibilityState === 'visible');
  useEffect(() => {
    const look = () => setSeen(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return seen;
}

/** Puts each state that the server tells in the place of the last one; connects again by itself. */
function useWatch(id: string, wanted: boolean): Line {
  const queryClient = useQueryClient();
  const [line, setLine] = useState<Line>('idle');
  useEffect(() => {
    if (!wanted) return;
    const key = trpc.runs.get.queryKey({ id });
    let timer: ReturnType<typeof setTimeout> | undefined;
    let watching: { unsubscribe: () => void } | undefined;
    const breakOff = () => {
      setLine('broken');
      // Whether the server is away, the session over or the run gone, this finds out and says.
      void queryClient.invalidateQueries({ queryKey: key });
    };
    const begin = () => {
      watching?.unsubscribe();
      watching = client.runs.watch.subscribe(
        { id },
        {
          onData: (run) => {
            setLine('live');
            queryClient.setQueryData(key, run);
          },
          onConnectionStateChange: ({ state, error }) => {
            if (state === 'connecting' && error) breakOff();
          },
          onError: () => {
            breakOff();
            timer = setTimeout(begin, again);
          },
        },
      );
    };
    setLine('connecting');
    begin();
    return () => {
      clearTimeout(timer);
      watching?.unsubscribe();
      setLine('idle');
    };
  }, [id, wanted, queryClient]);
  return line;
}
