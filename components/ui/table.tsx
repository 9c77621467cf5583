import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

export type Column = {
  key: string;
  heading: string;
  /** Numbers stand right. */
  align?: 'start' | 'end';
  /** `wide` columns move into the row's page on a narrow screen. */
  show?: 'always' | 'wide';
  /** The heading is for screen readers only. */
  quiet?: boolean;
  className?: string;
};

export type TableRow = { key: string; cells: Record<string, ReactNode> };

export type TableProps = {
  caption: string;
  columns: readonly Column[];
  rows: readonly TableRow[];
  /** Cells start at the top of their row: for text of several lines. */
  top?: boolean;
  /** Stands below the headings where there is no row. */
  empty?: ReactNode;
};

const visibility = { always: '', wide: 'hidden md:table-cell' } as const;

function cellClass(column: Column): string {
  return classNames(
    'px-3 first:pl-5 last:pr-5 max-sm:px-2 max-sm:first:pl-4 max-sm:last:pr-3',
    column.align === 'end' ? 'text-right' : 'text-left',
    visibility[column.show ?? 'always'],
    column.className,
  );
}

/** Rows on one card; a link of class `row-link` in a cell makes its whole row a way to follow. */
export function Table({ caption, columns, rows, top = false, empty }: TableProps) {
  return (
    <div className="relative overflow-x-auto rounded-card border border-line bg-surface">
      <table className="w-full border-collapse">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-line border-b">
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={classNames(cellClass(column), 'h-10 font-normal text-second text-small')}
              >
                {column.quiet ? <span className="sr-only">{column.heading}</span> : column.heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.length === 0 && empty ? (
            <tr>
              <td colSpan={columns.length} className="px-5 py-8 max-sm:px-4">
                {empty}
              </td>
            </tr>
          ) : null}
          {rows.map((row) => (
            <tr
              key={row.key}
              className="relative border-line border-t transition-colors first:border-t-0 has-[.row-link:focus-visible]:bg-sunken has-[.row-link:hover]:bg-sunken"
            >
              {columns.map((column) => (
                <td key={column.key} className={classNames(cellClass(column), 'py-3', top && 'align-top')}>
                  {row.cells[column.key]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
