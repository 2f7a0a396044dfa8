import { useElementSize } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useHoldToReveal } from '../../lib/reveal.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { FoundItem } from './found-item.tsx';
import css from './objects.module.css';
import type { Chosen } from './use-chosen.ts';
import type { FoundObject } from './use-search.ts';

interface FoundListProps {
  objects: readonly FoundObject[];
  /** A row each, instead of several beside each other. */
  table: boolean;
  sort: string;
  hasMore: boolean;
  loadMore: () => void;
  chosen: Chosen;
}

const cellWidth = 176;
const cellHeight = 186;
const rowHeight = 52;
/** More are asked for while so many are still below what is in sight. */
const ahead = 50;

/** What was found, of which only what is in sight is on the page. */
export function FoundList({ objects, table, sort, hasMore, loadMore, chosen }: FoundListProps) {
  const { ref: measured, width } = useElementSize();
  const scroller = useRef<HTMLDivElement>(null);
  const [selected, setSelected] = useState(-1);
  const [pointed, setPointed] = useState<string | null>(null);
  const navigate = useNavigate();
  const columns = table ? 1 : Math.max(2, Math.floor(width / cellWidth));
  const rows = useVirtualizer({
    count: Math.ceil(objects.length / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => (table ? rowHeight : cellHeight),
    overscan: table ? 6 : 2,
  });
  useEffect(() => {
    // Rows are as high as the way of looking says.
    void table;
    rows.measure();
  }, [table, rows]);
  const items = rows.getVirtualItems();
  const share = 100 / columns;
  const lastShown = ((items.at(-1)?.index ?? -1) + 1) * columns;
  useEffect(() => {
    if (hasMore && objects.length > 0 && lastShown >= objects.length - ahead) loadMore();
  }, [hasMore, lastShown, objects.length, loadMore]);
  const latest = useRef(chosen);
  useEffect(() => {
    latest.current = chosen;
  });
  const chooseAt = useCallback((at: number, isRange: boolean) => {
    setSelected(at);
    latest.current.choose(at, isRange);
  }, []);
  const chooseSelected = (isRange: boolean) => selected >= 0 && chosen.choose(selected, isRange);
  useHoldToReveal(pointed ?? objects[selected]?.sha256 ?? null);

  const move = (step: number) => {
    const next = Math.max(0, Math.min(objects.length - 1, selected + step));
    setPointed(null);
    setSelected(next);
    rows.scrollToIndex(Math.floor(next / columns));
    // Enter opens what is selected, and presses no button that was clicked before.
    scroller.current?.focus({ preventScroll: true });
  };
  const open = () => {
    const object = objects[selected];
    if (object) void navigate({ to: '/objects/$hash', params: { hash: object.sha256 } });
  };
  useShortcuts([
    { keys: 'j', does: 'Next object', run: () => move(1) },
    { keys: 'k', does: 'Previous object', run: () => move(-1) },
    { keys: 'ArrowDown', does: 'The object below', run: () => move(columns) },
    { keys: 'ArrowUp', does: 'The object above', run: () => move(-columns) },
    { keys: 'ArrowRight', does: 'The object to the right', run: () => move(1) },
    { keys: 'ArrowLeft', does: 'The object to the left', run: () => move(-1) },
    { keys: 'Enter', does: 'Open the object', run: open },
    { keys: 'x', does: 'Choose the object, or not', run: () => chooseSelected(false) },
    { keys: 'X', does: 'Choose all from the last chosen to this', run: () => chooseSelected(true) },
  ]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by key.
    <section ref={scroller} className={css.scroller} tabIndex={0} aria-label="Objects found">
      <ul ref={measured} style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {items.flatMap(({ index: row, start, size }) =>
          objects.slice(row * columns, (row + 1) * columns).map((object, column) => {
            const at = row * columns + column;
            return (
              <FoundItem
                key={object.sha256}
                {...{ object, at, table, sort, top: start, height: size, left: column * share, width: share }}
                of={hasMore ? -1 : objects.length}
                isSelected={at === selected}
                isChosen={chosen.hashes.has(object.sha256)}
                point={setPointed}
                choose={chooseAt}
              />
            );
          }),
        )}
      </ul>
    </section>
  );
}
