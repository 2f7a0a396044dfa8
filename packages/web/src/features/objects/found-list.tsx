import { showFileName } from '@assay/shared';
import { useElementSize } from '@mantine/hooks';
import { Link, useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { formatBytes, formatCount, formatNumber } from '../../lib/format.ts';
import { useHoldToReveal } from '../../lib/reveal.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { Chip } from '../../ui/chip.tsx';
import { DeletedIcon, FailedIcon, QueuedIcon, TagIcon } from '../../ui/icons.ts';
import { MismatchChip } from '../../ui/mismatch-chip.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Thumbnail } from '../../ui/thumbnail.tsx';
import { VerdictChip } from '../../ui/verdicts.tsx';
import { nameDerived } from './family.tsx';
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
    overscan: 4,
  });
  useEffect(() => {
    // Rows are as high as the way of looking says.
    void table;
    rows.measure();
  }, [table, rows]);
  const items = rows.getVirtualItems();
  const lastShown = ((items.at(-1)?.index ?? -1) + 1) * columns;
  useEffect(() => {
    if (hasMore && objects.length > 0 && lastShown >= objects.length - columns * 4) loadMore();
  }, [hasMore, lastShown, objects.length, columns, loadMore]);
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
    { keys: 'x', does: 'Choose the object, or not', run: () => selected >= 0 && chosen.choose(selected, false) },
    {
      keys: 'X',
      does: 'Choose all from the last chosen to this',
      run: () => selected >= 0 && chosen.choose(selected, true),
    },
  ]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by key.
    <section ref={scroller} className={css.scroller} tabIndex={0} aria-label="Objects found">
      <ul ref={measured} style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {items.flatMap(({ index: row, start, size }) =>
          objects.slice(row * columns, (row + 1) * columns).map((object, column) => {
            const at = row * columns + column;
            const share = 100 / columns;
            return (
              <li
                key={object.sha256}
                data-selected={at === selected}
                data-chosen={chosen.hashes.has(object.sha256)}
                aria-current={at === selected}
                aria-posinset={at + 1}
                aria-setsize={hasMore ? -1 : objects.length}
                className={table ? css.row : css.cell}
                style={{ top: start, height: size, left: `${column * share}%`, width: `${share}%` }}
                onPointerEnter={() => setPointed(object.sha256)}
                onPointerLeave={() => setPointed(null)}
                onClickCapture={(event) => {
                  if (!event.shiftKey && !event.ctrlKey && !event.metaKey) return;
                  event.preventDefault();
                  event.stopPropagation();
                  setSelected(at);
                  chosen.choose(at, event.shiftKey);
                }}
              >
                <input
                  type="checkbox"
                  className={css.choose}
                  aria-label={`Choose ${showFileName(nameOf(object))}`}
                  checked={chosen.hashes.has(object.sha256)}
                  onChange={() => chosen.choose(at, false)}
                />
                {table ? <Row object={object} sort={sort} /> : <Cell object={object} sort={sort} />}
              </li>
            );
          }),
        )}
      </ul>
    </section>
  );
}

const nameOf = ({ name, madeBy, sha256 }: FoundObject): string =>
  name ?? (madeBy ? nameDerived(madeBy.label, madeBy.model) : sha256);

function Name({ object }: { object: FoundObject }) {
  const name = showFileName(nameOf(object));
  return (
    <Link to="/objects/$hash" params={{ hash: object.sha256 }} className={`clip ${css.name}`} dir="auto" title={name}>
      {name}
    </Link>
  );
}

/** What it is ordered by, when that is a class. */
function sortedBy({ key }: FoundObject, sort: string): string | null {
  const name = sort.replace(/^-/, '');
  return name.includes('.') && typeof key === 'number'
    ? `${name.slice(name.indexOf('.') + 1)} ${formatNumber(key)}`
    : null;
}

function States({ object: { states, deleted } }: { object: FoundObject }) {
  const [failed, open] = [states?.failed ?? 0, (states?.queued ?? 0) + (states?.running ?? 0)];
  return (
    <>
      {deleted && (
        <Chip icon={DeletedIcon} title="Its bytes were deleted; results, hashes and names stay">
          deleted
        </Chip>
      )}
      {failed > 0 && (
        <Chip tone="bad" icon={FailedIcon} title={`${formatCount(failed)} failed`}>
          {failed}
          <span className="visually-hidden"> failed</span>
        </Chip>
      )}
      {open > 0 && (
        <Chip icon={QueuedIcon} title={`${formatCount(open)} to be done`}>
          {open}
          <span className="visually-hidden"> to be done</span>
        </Chip>
      )}
    </>
  );
}

/** What people say of it. */
function Said({ object: { verdict, tags }, small = false }: { object: FoundObject; small?: boolean }) {
  const shown = tags.slice(0, small ? 0 : 3);
  return (
    <>
      {verdict && <VerdictChip verdict={verdict} />}
      {shown.map((tag) => (
        <Tag key={tag.name} {...tag} />
      ))}
      {tags.length > shown.length && (
        <Chip icon={TagIcon} title={tags.map(({ name }) => name).join(', ')}>
          {tags.length - shown.length}
          <span className="visually-hidden"> tags</span>
        </Chip>
      )}
    </>
  );
}

function Cell({ object, sort }: { object: FoundObject; sort: string }) {
  return (
    <div className={`card ${css.card}`}>
      <div className={css.picture}>
        <Thumbnail hash={object.sha256} mime={object.mime} mediaType={object.mediaType} />
        <span className={css.corner}>{object.mediaType}</span>
      </div>
      <div className={css.caption}>
        <Name object={object} />
        <div className={css.line}>
          <span className="dim small clip">{sortedBy(object, sort) ?? formatBytes(object.size)}</span>
          <span className={css.marks}>
            <Said object={object} small />
            <States object={object} />
          </span>
        </div>
      </div>
    </div>
  );
}

function Row({ object, sort }: { object: FoundObject; sort: string }) {
  const { sha256, mime, mediaType, size, uploadedAt, falseExtension } = object;
  const value = sortedBy(object, sort);
  const cells: ReactNode[] = [
    <Thumbnail key="picture" hash={sha256} mime={mime} mediaType={mediaType} />,
    <div key="name" style={{ minWidth: 0 }}>
      <Name object={object} />
      <div className="dim small clip">
        {mime}
        {value && `, ${value}`}
      </div>
    </div>,
    <div key="marks" className={css.line}>
      <Said object={object} />
      {falseExtension && <MismatchChip mismatch={{ extension: falseExtension, mime }} />}
      <States object={object} />
    </div>,
    <span key="size" className={css.figure}>
      {formatBytes(size)}
    </span>,
    <span key="moment" className={`dim ${css.figure}`}>
      <Moment at={uploadedAt} />
    </span>,
  ];
  return cells;
}
