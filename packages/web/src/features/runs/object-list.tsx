import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { useHoldToReveal } from '../../lib/reveal.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import type { RunRow } from './list-rows.ts';
import { ObjectRow } from './object-row.tsx';
import type { FoundResults } from './run-results.ts';
import css from './runs.module.css';

interface ObjectListProps {
  objects: readonly RunRow[];
  runId: string;
  results: ReadonlyMap<string, FoundResults>;
  onView: (from: number, to: number) => void;
}

export function ObjectList({ objects, runId, results, onView }: ObjectListProps) {
  const [selected, setSelected] = useState(-1);
  const [pointed, setPointed] = useState<string | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const rows = useVirtualizer({
    count: objects.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 64,
    overscan: 6,
  });
  const items = rows.getVirtualItems();
  const from = items[0]?.index ?? 0;
  const to = items.at(-1)?.index ?? 0;
  useEffect(() => onView(from, to), [from, to, onView]);
  useHoldToReveal(pointed ?? objects[selected]?.sha256 ?? null);

  const move = (step: number) => {
    const next = Math.max(0, Math.min(objects.length - 1, selected + step));
    setPointed(null);
    setSelected(next);
    rows.scrollToIndex(next);
  };
  useShortcuts([
    { keys: 'j', does: 'Next file', run: () => move(1) },
    { keys: 'k', does: 'Previous file', run: () => move(-1) },
    {
      keys: 'Enter',
      does: 'Open the file',
      run: () => {
        const object = objects[selected];
        if (object) void navigate({ to: '/objects/$hash', params: { hash: object.sha256 }, search: { run: runId } });
      },
    },
  ]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by key.
    <section ref={scroller} className={`card ${css.objects}`} tabIndex={0} aria-label="Files of this run">
      <ul style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {items.map(({ index, start, key }) => {
          const object = objects[index];
          return (
            object && (
              <li
                key={key}
                ref={rows.measureElement}
                data-index={index}
                data-selected={index === selected}
                aria-current={index === selected}
                aria-posinset={index + 1}
                aria-setsize={objects.length}
                className={css.object}
                style={{ transform: `translateY(${start}px)` }}
                onPointerEnter={() => setPointed(object.sha256)}
                onPointerLeave={() => setPointed(null)}
              >
                <ObjectRow
                  object={object}
                  runId={runId}
                  results={results.get(object.sha256)}
                  selected={index === selected}
                />
              </li>
            )
          );
        })}
      </ul>
    </section>
  );
}
