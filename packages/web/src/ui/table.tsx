import type { ReactNode } from 'react';
import css from './table.module.css';

interface TableProps {
  /** The heads of the columns; `number`: of a column of figures. */
  columns: readonly (string | { number: string })[];
  /** There is a last column of buttons. */
  hasActs?: boolean;
  /** Within something that has a frame already. */
  bare?: boolean;
  label?: string;
  children: ReactNode;
}

/** A table that becomes a list of cards where it is narrow: each cell says by `data-word` what it is, but for the first. */
export function Table({ columns, hasActs = false, bare = false, label, children }: TableProps) {
  return (
    <div className={bare ? css.scroll : `card ${css.scroll}`}>
      <table className={hasActs ? `${css.table} ${css.middle}` : css.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => {
              const isNumber = typeof column !== 'string';
              const words = isNumber ? column.number : column;
              return (
                <th key={words} scope="col" className={isNumber ? css.number : undefined}>
                  {words}
                </th>
              );
            })}
            {hasActs && (
              <th scope="col">
                <span className="visually-hidden">What can be done</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** The last cell of a line: what can be done with it. */
export function Acts({ children }: { children: ReactNode }) {
  return (
    <td className={css.number}>
      <div>{children}</div>
    </td>
  );
}

export const numberCell = css.number;
