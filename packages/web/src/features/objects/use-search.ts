import { allOf, listParts, parseSearch, printSearch, type SearchQuery, type SearchTerm } from '@assay/shared';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type Answers, trpc } from '../../lib/trpc.ts';

export type FoundObject = Answers['objects']['search']['objects'][number];
export const newestFirst = '-uploaded';
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
const pageSize = 100;

/** What the address says: a query, an order, a way to look at it. */
export function useAddress() {
  const { q = '', sort = newestFirst, as } = useSearch({ from: '/frame/objects' });
  const navigate = useNavigate({ from: '/objects' });
  const change = (next: { q?: string; sort?: string; as?: 'table' | undefined }) =>
    void navigate({
      to: '/objects',
      search: (before) => ({
        ...before,
        ...next,
        ...('q' in next && { q: next.q || undefined }),
        ...('sort' in next && { sort: next.sort === newestFirst ? undefined : next.sort }),
      }),
    });
  return { q, sort, as, change, parsed: parseSearch(q) };
}

/** The objects that are found, a page after the other. */
export function useFoundObjects(q: string, sort: string, enabled: boolean) {
  const pages = useInfiniteQuery(
    trpc.objects.search.infiniteQueryOptions(
      { query: q, sort, limit: pageSize, timeZone },
      {
        enabled,
        getNextPageParam: ({ next }) => next ?? undefined,
        placeholderData: keepPreviousData,
        staleTime: 15_000,
      },
    ),
  );
  return { ...pages, objects: pages.data?.pages.flatMap(({ objects }) => objects) };
}

export const useFacets = (q: string, enabled: boolean) =>
  useQuery(
    trpc.objects.facets.queryOptions(
      { query: q, timeZone },
      { enabled, placeholderData: keepPreviousData, staleTime: 15_000 },
    ),
  );

/** How many are found where the facets are not of all of them. It takes longer, and may be stopped. */
export function useCount(q: string, { data, isPlaceholderData }: ReturnType<typeof useFacets>) {
  const counted = useQuery(
    trpc.objects.count.queryOptions(
      { query: q, timeZone },
      { enabled: data?.more === true && !isPlaceholderData, placeholderData: keepPreviousData, staleTime: 15_000 },
    ),
  );
  if (!data?.more) return { fault: null };
  // What was counted of the search before goes with its facets, and no longer.
  const isOfThese = counted.isPlaceholderData === isPlaceholderData;
  return { counted: isOfThese ? counted.data : undefined, fault: counted.error?.message ?? null };
}

const isSame = (a: SearchQuery, b: SearchQuery) => printSearch(a) === printSearch(b);

/** The query with a condition more, or without it when it was there. */
export function toggle(query: SearchQuery, term: SearchTerm): string {
  const parts = listParts(query);
  const others = parts.filter((part) => !isSame(part, term));
  return printSearch(allOf(others.length < parts.length ? others : [...parts, term]));
}

export const hasPart = (query: SearchQuery, term: SearchTerm): boolean =>
  listParts(query).some((part) => isSame(part, term));

export type ListField = 'type' | 'mime' | 'uploader' | 'case' | 'verdict' | 'tag';
const isListOf = (part: SearchQuery, field: ListField) =>
  part.kind === 'words' && part.field === field && part.operator === '=';

/** Of a field whose values are alternatives: those that are chosen. */
export const chosenOf = (query: SearchQuery, field: ListField): string[] =>
  listParts(query).flatMap((part) => (part.kind === 'words' && isListOf(part, field) ? part.values : []));

/** One of several values that any will do of, more or less. */
export function toggleValue(query: SearchQuery, field: ListField, value: string): string {
  const chosen = chosenOf(query, field);
  const values = chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value];
  const others = listParts(query).filter((part) => !isListOf(part, field));
  const term: SearchTerm = { kind: 'words', field, operator: '=', values };
  return printSearch(allOf(values.length > 0 ? [...others, term] : others));
}
