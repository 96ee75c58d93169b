'use client';
/**
 * The one table: 13 px, tabular figures, thin rules, sortable headers that keep their place, rows drawn only where
 * they are seen. Unknown values sort last whichever way one sorts.
 */
import {
  createSortedRowModel,
  type ColumnDef,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useMemo, useRef } from 'react';
import styles from './data-table.module.css';

export type SortValue = number | string | null;

export interface TableColumn<Row> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** With it the column can be sorted. */
  readonly sortBy?: (row: Row) => SortValue;
  readonly numeric?: boolean;
  /** CSS pixels at least. */
  readonly width?: number;
}

export interface DataTableProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly TableColumn<Row>[];
  readonly rowId: (row: Row) => string;
  readonly sort: { readonly id: string; readonly descending: boolean };
  readonly onSort: (sort: { readonly id: string; readonly descending: boolean }) => void;
  readonly maxHeight?: number;
  readonly onOpen?: (row: Row) => void;
}

const rowHeight = 32;

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });

/** Ascending; the caller turns it round. Numbers before words. */
const compare = (a: number | string, b: number | string): number =>
  typeof a === 'number' && typeof b === 'number'
    ? a - b
    : String(a).localeCompare(String(b), 'en', { numeric: true });

const definitions = <Row extends object>(
  columns: readonly TableColumn<Row>[],
): ColumnDef<typeof features, Row>[] =>
  columns.map((column) => ({
    id: column.id,
    accessorFn: (row: Row) => column.sortBy?.(row) ?? undefined,
    enableSorting: column.sortBy !== undefined,
    sortUndefined: 'last' as const,
    sortFn: (a, b) => compare(a.getValue<number | string>(column.id), b.getValue<number | string>(column.id)),
  }));

const HeaderCell = <Row,>(props: {
  readonly column: TableColumn<Row>;
  readonly table: DataTableProps<Row>;
}) => {
  const { column, table } = props;
  const active = table.sort.id === column.id;
  const direction = table.sort.descending ? 'descending' : 'ascending';
  return (
    <th
      scope="col"
      className={column.numeric ? styles.numeric : undefined}
      style={column.width === undefined ? undefined : { minWidth: column.width }}
      aria-sort={active ? direction : undefined}
    >
      {column.sortBy === undefined ? (
        column.header
      ) : (
        <button
          type="button"
          onClick={() => table.onSort({ id: column.id, descending: active ? !table.sort.descending : false })}
        >
          {column.header}
          <span className={styles.arrow} aria-hidden="true">
            {active ? (table.sort.descending ? '↓' : '↑') : ''}
          </span>
        </button>
      )}
    </th>
  );
};

export const DataTable = <Row extends object>(props: DataTableProps<Row>) => {
  const { rows, columns, rowId, sort, maxHeight = 560, onOpen } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const defs = useMemo(() => definitions(columns), [columns]);
  const data = useMemo(() => [...rows], [rows]);
  const sorting = useMemo(() => [{ id: sort.id, desc: sort.descending }], [sort.id, sort.descending]);
  const table = useTable({ features, columns: defs, data, getRowId: rowId, state: { sorting } });
  const sorted = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    initialRect: { width: 1000, height: maxHeight },
  });
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const spacer = (height: number) =>
    height > 0 && (
      <tr aria-hidden="true" style={{ height }}>
        <td colSpan={columns.length} />
      </tr>
    );
  return (
    // A region that scrolls must be reachable by keyboard.
    <div
      ref={scroller}
      className={styles.scroller}
      style={{ maxHeight }}
      tabIndex={0}
      role="region"
      aria-label={props.label}
    >
      <table className={styles.table} aria-rowcount={rows.length}>
        <thead>
          <tr>
            {columns.map((column) => (
              <HeaderCell key={column.id} column={column} table={props} />
            ))}
          </tr>
        </thead>
        <tbody>
          {spacer(before)}
          {items.map((item) => {
            const row = sorted[item.index]?.original;
            if (row === undefined) return null;
            return (
              <tr key={rowId(row)} data-open={onOpen !== undefined} onClick={() => onOpen?.(row)}>
                {columns.map((column) => (
                  <td key={column.id} className={column.numeric ? styles.numeric : undefined}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
          {spacer(after)}
        </tbody>
      </table>
    </div>
  );
};
