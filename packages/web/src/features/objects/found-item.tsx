import { showFileName } from '@assay/shared';
import { Link } from '@tanstack/react-router';
import { memo, type ReactNode } from 'react';
import { formatBytes, formatCount, formatNumber } from '../../lib/format.ts';
import { Chip } from '../../ui/chip.tsx';
import { DeletedIcon, FailedIcon, QueuedIcon, TagIcon } from '../../ui/icons.ts';
import { MismatchChip } from '../../ui/mismatch-chip.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Thumbnail } from '../../ui/thumbnail.tsx';
import { VerdictChip } from '../../ui/verdicts.tsx';
import { nameDerived } from './family.tsx';
import css from './objects.module.css';
import type { FoundObject } from './use-search.ts';

interface FoundItemProps {
  object: FoundObject;
  /** Which of what was found, and of how many; -1: of more than are known by now. */
  at: number;
  of: number;
  table: boolean;
  sort: string;
  isSelected: boolean;
  isChosen: boolean;
  /** Pixels and per cent. */
  top: number;
  height: number;
  left: number;
  width: number;
  point: (hash: string | null) => void;
  choose: (at: number, isRange: boolean) => void;
}

/** One of what was found. While a list is scrolled, what stays in sight is not drawn anew: only what is equal may be given. */
export const FoundItem = memo(function FoundItem({ object, at, of, table, sort, ...rest }: FoundItemProps) {
  const { isSelected, isChosen, top, height, left, width, point, choose } = rest;
  return (
    <li
      data-selected={isSelected}
      data-chosen={isChosen}
      aria-current={isSelected}
      aria-posinset={at + 1}
      aria-setsize={of}
      className={table ? css.row : css.cell}
      style={{ top, height, left: `${left}%`, width: `${width}%` }}
      onPointerEnter={() => point(object.sha256)}
      onPointerLeave={() => point(null)}
      onClickCapture={(event) => {
        if (!event.shiftKey && !event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        event.stopPropagation();
        choose(at, event.shiftKey);
      }}
    >
      <input
        type="checkbox"
        className={css.choose}
        aria-label={`Choose ${showFileName(nameOf(object))}`}
        checked={isChosen}
        onChange={() => choose(at, false)}
      />
      {table ? <Row object={object} sort={sort} /> : <Cell object={object} sort={sort} />}
    </li>
  );
});

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
