import { formatCountOf } from '../../lib/format.ts';
import css from './objects.module.css';
import { useCount, type useFacets, type useFoundObjects } from './use-search.ts';

interface FoundCountProps {
  q: string;
  facets: ReturnType<typeof useFacets>;
  found: ReturnType<typeof useFoundObjects>;
}

const describe = ({ count, more }: { count: number; more: boolean }): string =>
  `${more ? 'More than ' : ''}${formatCountOf(count, 'object')}`;
const widest = describe({ count: 10_000, more: true });

/** How many were found, as far as that is known by now. */
export function FoundCount({ q, facets, found }: FoundCountProps) {
  const { counted, fault } = useCount(q, facets);
  const listed = found.objects && { count: found.objects.length, more: found.hasNextPage };
  const known = counted ?? facets.data ?? listed;
  return (
    <h1
      aria-live="polite"
      className={css.found}
      // So that nothing moves when it has been counted.
      data-widest={facets.data?.more ? widest : undefined}
      title={fault ?? undefined}
    >
      {known ? describe(known) : 'Objects'}
    </h1>
  );
}
