import type { Right } from '@assay/shared';
import { useQuery } from '@tanstack/react-query';
import { trpc } from './trpc.ts';

/** Whether who is signed in may do this. The server decides; this is for what would only be refused. */
export function useMay(right: Right): boolean {
  const me = useQuery(trpc.session.me.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }));
  return me.data?.rights.includes(right) ?? false;
}
