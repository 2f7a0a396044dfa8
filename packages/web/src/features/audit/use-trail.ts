import { type AuditFilter, auditActSchema, auditOutcomeSchema } from '@assay/shared';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { trpc } from '../../lib/trpc.ts';

/** What the address says is wanted; days are those of the browser's time zone. */
export interface TrailAddress {
  person?: string | undefined;
  act?: string | undefined;
  outcome?: string | undefined;
  on?: string | undefined;
  case?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  /** The number of the record that is open. */
  open?: string | undefined;
}

const pageSize = 100;

export function useAddress() {
  const { open, ...wanted } = useSearch({ from: '/frame/audit' });
  const navigate = useNavigate({ from: '/audit' });
  /** What is open closes: it may not be among what is wanted then. */
  const want = (next: Omit<TrailAddress, 'open'>) =>
    void navigate({ search: (before) => ({ ...before, ...next, open: undefined }), resetScroll: false });
  return { wanted, open, want, isFiltered: Object.values(wanted).some((value) => value !== undefined) };
}

/** The same as the server has it. */
export function readFilter({ person, act, outcome, on, case: caseId, from, to }: TrailAddress): AuditFilter {
  return {
    person,
    act: auditActSchema.safeParse(act).data,
    outcome: auditOutcomeSchema.safeParse(outcome).data,
    subject: on,
    case: caseId,
    from: beginOf(from, 0),
    to: beginOf(to, 1),
  };
}

/** When a day begins here, or one so many days after it. */
function beginOf(day: string | undefined, after: number): string | undefined {
  const [year, month, date] = day?.split('-').map(Number) ?? [];
  if (year === undefined || month === undefined || date === undefined) return undefined;
  return new Date(year, month - 1, date + after).toISOString();
}

/** The records that are wanted, a page after the other. They are asked for anew when somebody says so. */
export const useTrail = (filter: AuditFilter) =>
  useInfiniteQuery(
    trpc.audit.list.infiniteQueryOptions(
      { filter, limit: pageSize },
      {
        getNextPageParam: ({ next }) => next ?? undefined,
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 0,
        refetchOnWindowFocus: false,
      },
    ),
  );

/** Where what the filter wants is downloaded. */
export function addressExport(filter: AuditFilter, format: 'jsonl' | 'csv'): string {
  const named = Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `/audit/export?${new URLSearchParams([['format', format], ...named])}`;
}
