import {
  createSortedRowModel,
  rowSortingFeature,
  sortFn_alphanumeric,
  sortFn_text,
  tableFeatures,
  useTable,
  type ColumnDef,
} from '@tanstack/react-table';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import {
  memo,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type CSSProperties,
  type MouseEvent,
  type ReactNode,
} from 'react';
import { useRowKeys } from './row-keys';
import { Skeleton } from './states';
import './data-table.css';

export interface Column<Row> {
  id: string;
  header: string;
  /** A track of the grid: `minmax(180px, 2fr)`, `96px`. */
  width: string;
  cell(row: Row): ReactNode;
  /** Makes the column sortable. */
  sortValue?(row: Row): string | number | null;
  align?: 'end';
  /** On a phone a row is a card: `main` and `end` share its first line, `below` takes a line, `none` is left out. */
  phone?: 'main' | 'end' | 'below' | 'none';
}

export interface Sort {
  id: string;
  desc: boolean;
}

interface Props<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowId(row: Row): string;
  /** Enter or a click on the row. Give the main cell a real link too. */
  onOpen?(row: Row): void;
  /** What further keys do to the row that has the focus, e.g. `r`. */
  shortcuts?: Readonly<Record<string, (row: Row) => void>>;
  sort?: Sort | null;
  onSort?(sort: Sort | null): void;
  /** Shown below its row, which then is open. */
  expandedId?: string | null;
  renderExpanded?(row: Row): ReactNode;
  /** More rows exist than are here: fetched when the end comes near. */
  hasMore?: boolean;
  onMore?(): void;
  isLoading?: boolean;
  /** In place of rows when there are none. */
  empty?: ReactNode;
  rowHeight?: number;
}

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric, text: sortFn_text },
});
const skeletonRows = 8;
/** The page's bar and the head of the table, below which a row is in sight. */
const stickyPx = 92;
/** Rows from the end at which the next page is asked for. */
const moreAhead = 30;

/**
 * Rows that are many: only those in sight are in the page, which scrolls as a whole. j, k, arrows, Home and End move, Enter opens.
 * TanStack Table sorts, TanStack Virtual places.
 */
export function DataTable<Row extends object>(props: Props<Row>) {
  const {
    label,
    columns,
    rows,
    rowId,
    sort = null,
    onSort,
    expandedId,
    hasMore = false,
    onMore,
    rowHeight = 52,
  } = props;
  const definitions = useMemo(
    () =>
      columns.map((column): ColumnDef<typeof features, Row> => ({
        id: column.id,
        header: column.header,
        accessorFn: (row) => column.sortValue?.(row) ?? undefined,
        enableSorting: column.sortValue !== undefined,
        sortUndefined: 'last',
      })),
    [columns],
  );
  const state = useMemo(() => ({ sorting: sort ? [sort] : [] }), [sort]);
  const table = useTable({
    features,
    columns: definitions,
    data: rows,
    getRowId: (row) => rowId(row),
    state,
  });
  const sorted = table.getRowModel().rows;

  const body = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => {
    const top = body.current ? body.current.getBoundingClientRect().top + window.scrollY : 0;
    if (Math.abs(top - margin) > 1) setMargin(top);
  }, [margin, sorted.length, props.isLoading]);
  // A new function would have all rows placed anew on each frame of a scroll.
  const keyOf = useCallback((index: number) => sorted[index]!.id, [sorted]);
  const virtual = useWindowVirtualizer({
    count: sorted.length,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: margin,
    scrollPaddingStart: stickyPx,
    getItemKey: keyOf,
  });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && lastShown >= sorted.length - moreAhead) onMore?.();
  }, [hasMore, lastShown, sorted.length, onMore]);

  // A link may open a row that is out of sight; later the reader scrolls himself.
  const linkedTo = useRef(expandedId ?? null);
  const linked = linkedTo.current === null ? -1 : sorted.findIndex(({ id }) => id === linkedTo.current);
  useEffect(() => {
    if (linked < 0) return;
    linkedTo.current = null;
    virtual.scrollToIndex(linked, { align: 'start' });
  }, [linked, virtual]);

  const keys = useRowKeys({
    count: sorted.length,
    body,
    scrollTo: (index) => virtual.scrollToIndex(index),
    open: (index) => props.onOpen?.(sorted[index]!.original),
    shortcuts:
      props.shortcuts &&
      Object.fromEntries(
        Object.entries(props.shortcuts).map(([key, run]) => [key, (index: number) => run(sorted[index]!.original)]),
      ),
  });
  const tracks = { '--tracks': columns.map((column) => column.width).join(' ') } as CSSProperties;
  return (
    <div
      className="ui-table card"
      role={props.renderExpanded ? 'treegrid' : 'grid'}
      aria-label={label}
      aria-rowcount={hasMore ? -1 : sorted.length + 1}
      aria-colcount={columns.length}
      aria-busy={props.isLoading ?? false}
      style={tracks}
      onKeyDown={keys.onKeyDown}
    >
      <div role="rowgroup" className="ui-table-head">
        <div role="row" aria-rowindex={1} className="ui-tr">
          {columns.map((column) => (
            <HeaderCell key={column.id} column={column} sort={sort} onSort={onSort} />
          ))}
        </div>
      </div>
      {props.isLoading ? (
        <SkeletonRows columns={columns} rowHeight={rowHeight} />
      ) : sorted.length === 0 ? (
        <div role="rowgroup">
          <div role="row">
            <div role="gridcell" aria-colspan={columns.length}>
              {props.empty}
            </div>
          </div>
        </div>
      ) : (
        <div role="rowgroup" ref={body} className="ui-table-body" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = sorted[item.index]!;
            const isOpen = expandedId === row.id;
            return (
              <div
                key={item.key}
                role="presentation"
                data-index={item.index}
                ref={virtual.measureElement}
                className="ui-table-place"
                style={{ transform: `translateY(${item.start - margin}px)` }}
              >
                <BodyRow
                  row={row.original}
                  index={item.index}
                  columns={columns as readonly Column<unknown>[]}
                  isActive={item.index === keys.active}
                  isOpen={isOpen}
                  canExpand={props.renderExpanded !== undefined}
                  onOpen={props.onOpen as ((row: unknown) => void) | undefined}
                  onActive={keys.setActive}
                />
                {isOpen && props.renderExpanded ? (
                  <div role="row" className="ui-table-expanded">
                    <div role="gridcell" aria-colspan={columns.length}>
                      {props.renderExpanded(row.original)}
                    </div>
                  </div>
                ) : null}
              </div>
            );
          })}
        </div>
      )}
    </div>
  );
}

const cellClass = (column: Pick<Column<unknown>, 'align' | 'phone'>) =>
  `ui-td phone-${column.phone ?? 'below'}${column.align ? ' end' : ''}`;

function HeaderCell<Row>({
  column,
  sort,
  onSort,
}: {
  column: Column<Row>;
  sort: Sort | null;
  onSort: Props<Row>['onSort'];
}) {
  const direction = sort?.id === column.id ? (sort.desc ? 'descending' : 'ascending') : 'none';
  const name = column.header === '' ? <span className="visually-hidden">Actions</span> : column.header;
  if (!column.sortValue || !onSort) {
    return (
      <div role="columnheader" className={column.align ? 'ui-th end' : 'ui-th'}>
        {name}
      </div>
    );
  }
  // First ascending, then descending, then as it comes.
  const next = direction === 'none' ? false : direction === 'ascending' ? true : null;
  return (
    <div role="columnheader" aria-sort={direction} className={column.align ? 'ui-th end' : 'ui-th'}>
      <button type="button" onClick={() => onSort(next === null ? null : { id: column.id, desc: next })}>
        {name}
        {direction === 'descending' ? (
          <ArrowDown size={13} aria-hidden />
        ) : (
          <ArrowUp size={13} aria-hidden className={direction} />
        )}
      </button>
    </div>
  );
}

interface BodyRowProps {
  row: unknown;
  index: number;
  columns: readonly Column<unknown>[];
  isActive: boolean;
  isOpen: boolean;
  canExpand: boolean;
  onOpen: ((row: unknown) => void) | undefined;
  onActive(index: number): void;
}

const BodyRow = memo(function BodyRow({
  row,
  index,
  columns,
  isActive,
  isOpen,
  canExpand,
  onOpen,
  onActive,
}: BodyRowProps) {
  const onClick = (event: MouseEvent<HTMLElement>) => {
    onActive(index);
    const inner = (event.target as HTMLElement).closest('a, button, input, label, [role=menu], [role=dialog]');
    // A click that ends a selection of text is none on the row.
    if (inner === null && window.getSelection()?.isCollapsed !== false) onOpen?.(row);
  };
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      {...(canExpand ? { 'aria-expanded': isOpen } : {})}
      tabIndex={isActive ? 0 : -1}
      className={`ui-tr${onOpen ? ' live' : ''}${isOpen ? ' open' : ''}`}
      onClick={onClick}
    >
      {columns.map((column) => (
        <div key={column.id} role="gridcell" className={cellClass(column)}>
          {column.cell(row)}
        </div>
      ))}
    </div>
  );
});

function SkeletonRows<Row>({ columns, rowHeight }: { columns: readonly Column<Row>[]; rowHeight: number }) {
  return (
    <div role="rowgroup">
      {Array.from({ length: skeletonRows }, (_, index) => (
        <div key={index} role="row" className="ui-tr" style={{ minHeight: rowHeight }}>
          {columns.map((column) => (
            <div key={column.id} role="gridcell" className={cellClass(column)}>
              {column.header === '' ? null : <Skeleton width={`${75 - ((index * 13) % 35)}%`} />}
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
