import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, ReactNode } from 'react';
import { OpenIcon } from './icons.ts';
import css from './table.module.css';

interface OpeningRowProps {
  open: boolean;
  /** Of the part that opens. */
  id: string;
  columns: number;
  /** Its cells, an `Opener` in the first. */
  cells: ReactNode;
  /** Below them, across all columns, while it is open. */
  children: ReactNode;
}

/** A line of a table with more of it below, when that is asked for. */
export function OpeningRow({ open, id, columns, cells, children }: OpeningRowProps) {
  return (
    <>
      <tr data-open={open}>{cells}</tr>
      {open && (
        <tr id={id}>
          <td colSpan={columns} className={css.whole}>
            {children}
          </td>
        </tr>
      )}
    </>
  );
}

interface OpenerProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  open: boolean;
  opens: string;
}

/** What is pressed to open and close the line: the address has what is open. */
export const Opener = createLink(({ open, opens, children, ...link }: OpenerProps) => (
  // biome-ignore lint/a11y/useSemanticElements: it is an address besides, to be sent and opened elsewhere.
  <a {...link} className={css.opener} role="button" aria-expanded={open} aria-controls={open ? opens : undefined}>
    <OpenIcon size={13} aria-hidden className={open ? undefined : css.closed} />
    {children}
  </a>
));
