import { allOf, listParts, noneOf, printSearch, readSort, type SearchQuery } from '@assay/shared';
import { Button, Select, Skeleton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { formatCountOf } from '../../lib/format.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import type { Answers } from '../../lib/trpc.ts';
import { useTitle } from '../../lib/use-title.ts';
import { AlertIcon, GridIcon, ListIcon, RemoveIcon, SearchIcon, UploadIcon } from '../../ui/icons.ts';
import { Failure, Notice } from '../../ui/notice.tsx';
import { ExportMenu } from './export-menu.tsx';
import { Facets } from './facets.tsx';
import { FoundCount } from './found-count.tsx';
import { FoundList } from './found-list.tsx';
import { ManyActs } from './many-acts.tsx';
import css from './objects.module.css';
import { ReviewThese } from './review-these.tsx';
import { SavedSearches } from './saved-searches.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { useChosen } from './use-chosen.ts';
import { newestFirst, useAddress, useFacets, useFoundObjects } from './use-search.ts';

const everything: SearchQuery = allOf([]);

export function ObjectsPage() {
  const { q, sort, as, change, parsed } = useAddress();
  useTitle(q ? `${q.slice(0, 60)} · Objects` : 'Objects');
  const [narrowing, setNarrowing] = useState(false);
  const found = useFoundObjects(q, sort, parsed.ok);
  const facets = useFacets(q, parsed.ok);
  const query = parsed.ok ? parsed.query : everything;
  const table = as === 'table';
  const chosen = useChosen(`${q} ${sort}`, found.objects ?? []);
  const { objects, hasNextPage, isFetchingNextPage, fetchNextPage } = found;
  const loadMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [isFetchingNextPage, fetchNextPage]);
  const toggleView = () => change({ as: table ? undefined : 'table' });
  useShortcuts([{ keys: 'v', does: 'Grid or table', run: toggleView }]);
  return (
    <div className={css.page}>
      <aside className={css.side} data-open={narrowing} aria-label="Narrow down">
        {facets.isError && !facets.data ? (
          <Failure what="The facets" error={facets.error} retry={() => void facets.refetch()} />
        ) : (
          <Facets query={query} counts={facets.data} choose={(next) => change({ q: next })} />
        )}
      </aside>
      <div className={css.main}>
        <div className={css.head}>
          <FoundCount q={q} facets={facets} found={found} />
          <Chips query={query} choose={(next) => change({ q: next })} />
          <span className="push" />
          <Button className={css.narrow} aria-expanded={narrowing} onClick={() => setNarrowing(!narrowing)}>
            Filters
          </Button>
          <Order sort={sort} facets={facets.data} choose={(next) => change({ sort: next })} />
          <Button
            onClick={toggleView}
            leftSection={table ? <GridIcon size={14} aria-hidden /> : <ListIcon size={14} aria-hidden />}
            rightSection={<kbd>v</kbd>}
          >
            {table ? 'Grid' : 'Table'}
          </Button>
          {parsed.ok && <ReviewThese query={query} sort={sort} found={facets.data} />}
          {parsed.ok && <ExportMenu q={q} sort={sort} />}
          <SavedSearches q={q} sort={sort} open={(next, order) => change({ q: next, sort: order })} />
        </div>
        <ManyActs />
        <Results
          found={found}
          empty={q === ''}
          fault={parsed.ok ? null : `${parsed.fault.message}. Expected: ${parsed.fault.expected}`}
          clear={() => change({ q: '' })}
        >
          {objects && (
            <FoundList
              key={`${q} ${sort}`}
              objects={objects}
              table={table}
              sort={sort}
              hasMore={hasNextPage}
              loadMore={loadMore}
              chosen={chosen}
            />
          )}
        </Results>
        {parsed.ok && objects && <SelectionBar q={q} chosen={chosen} found={facets.data} />}
      </div>
    </div>
  );
}

interface ResultsProps {
  found: ReturnType<typeof useFoundObjects>;
  empty: boolean;
  fault: string | null;
  clear: () => void;
  children: React.ReactNode;
}

function Results({ found, empty, fault, clear, children }: ResultsProps) {
  if (fault !== null)
    return (
      <Notice
        icon={AlertIcon}
        title="This search can’t be read."
        actions={<Button onClick={clear}>Search for everything</Button>}
      >
        {fault}.
      </Notice>
    );
  if (found.isError && !found.objects)
    return <Failure what="The objects" error={found.error} retry={() => void found.refetch()} />;
  if (!found.objects) return <Skeleton radius="md" style={{ flex: 1, minHeight: 300 }} />;
  if (found.objects.length > 0) return children;
  return empty ? (
    <Notice icon={UploadIcon} title="Nothing is here yet." actions={<Link to="/upload">Upload files</Link>}>
      What you and others upload is found here, by its name, its hash and what models say of it.
    </Notice>
  ) : (
    <Notice
      icon={SearchIcon}
      title="Nothing was found."
      actions={<Button onClick={clear}>Search for everything</Button>}
    >
      Every object that you may see was looked at. Take a condition away, or put <code>~</code> in the place of{' '}
      <code>=</code> to look for a part of a word.
    </Notice>
  );
}

/** What has to hold at once, each of which can be taken away. */
function Chips({ query, choose }: { query: SearchQuery; choose: (query: string) => void }) {
  const parts = listParts(query);
  return (
    <ul className={css.chips} aria-label="Conditions">
      {parts.map((part, i) => {
        const text =
          part.kind === 'hash' && part.hashes.length > 3
            ? formatCountOf(part.hashes.length, 'hash', 'hashes')
            : printSearch(part);
        const without = () => choose(printSearch(allOf(parts.filter((_, at) => at !== i))));
        return (
          <li key={text} className={css.chip}>
            <button
              type="button"
              className="clip"
              title={`${text}. Click for the opposite`}
              onClick={() => choose(printSearch(allOf(parts.map((each, at) => (at === i ? noneOf(each) : each)))))}
            >
              {text}
            </button>
            <button type="button" aria-label={`Remove ${text}`} onClick={without}>
              <RemoveIcon size={12} aria-hidden />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

const orders = [
  { value: newestFirst, label: 'newest first' },
  { value: 'uploaded', label: 'oldest first' },
  { value: 'name', label: 'by name' },
  { value: '-size', label: 'largest first' },
  { value: 'size', label: 'smallest first' },
];

interface OrderProps {
  sort: string;
  facets: Answers['objects']['facets'] | undefined;
  choose: (sort: string) => void;
}

function Order({ sort, facets, choose }: OrderProps) {
  const classes = (facets?.numbers ?? []).map(({ model, class: name }) => ({
    value: `-${model}.${name}`,
    label: `most ${model}.${name}`,
  }));
  const known = [...orders, ...classes];
  const own = known.some(({ value }) => value === sort) ? [] : [{ value: sort, label: describeOrder(sort) }];
  return (
    <Select
      aria-label="Order"
      size="xs"
      className={css.order}
      data={[...known, ...own]}
      value={sort}
      allowDeselect={false}
      searchable={classes.length > 8}
      onChange={(next) => next && choose(next)}
    />
  );
}

function describeOrder(sort: string): string {
  const order = readSort(sort);
  if (!order) return `${sort}?`;
  const by = typeof order.by === 'string' ? order.by : `${order.by.model}.${order.by.class}`;
  return `${order.descending ? 'most' : 'least'} ${by}`;
}
