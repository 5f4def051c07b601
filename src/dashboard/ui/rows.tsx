import {
  memo,
  type ReactNode,
  type RefObject,
  startTransition,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { flushSync } from "react-dom";

export interface Column<Row> {
  /** The head of the column; on a phone, what stands before the value. */
  label: string;
  /** The first column names the row; the last may hold its acts. */
  kind?: "title" | "actions" | "number";
  cell: (row: Row) => ReactNode;
}

/** Rows that come and go together: few enough to be drawn at once. */
export const rowsAtOnce = 25;

/** Rows are there before they are scrolled to. */
const near = "800px 0px";

interface Rows<Row> {
  /** Which group of a long table it is; undefined where all rows are shown. */
  index: number | undefined;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  keyOf: (row: Row) => string;
  /** The mean height of those measured last, from which the place of others is guessed. */
  rowHeight: RefObject<number>;
}

/**
 * A part of the rows of a table. Far from the window an empty row of the same height stands in its place, so that a list of thousands costs what
 * is seen of it. What has the focus stays.
 */
export function RowGroup<Row>({ index, rows, columns, keyOf, rowHeight }: Rows<Row>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const height = useRef<number>(undefined);
  const isWindowed = index !== undefined;
  const [isNear, setNear] = useState(!index);

  useEffect(() => {
    if (!isWindowed) return setNear(true);
    const observer = new IntersectionObserver(
      (entries) => {
        const { isIntersecting, boundingClientRect } = entries.at(-1)!;
        const hasFocus = body.current!.contains(document.activeElement);
        const wasNear = !body.current!.querySelector("[data-away]");
        if (wasNear && !isIntersecting) {
          height.current = boundingClientRect.height;
          rowHeight.current = boundingClientRect.height / body.current!.rows.length;
        }
        startTransition(() => setNear(isIntersecting || hasFocus));
      },
      { rootMargin: near },
    );
    observer.observe(body.current!);
    const all = () => flushSync(() => setNear(true));
    addEventListener("beforeprint", all);
    return () => {
      observer.disconnect();
      removeEventListener("beforeprint", all);
    };
  }, [isWindowed, rowHeight]);

  return (
    <tbody ref={body}>
      {isNear ? (
        rows.map((row, place) => (
          <TableRow
            key={keyOf(row)}
            row={row}
            columns={columns}
            // The head is the first row.
            place={isWindowed ? index * rowsAtOnce + place + 2 : undefined}
          />
        ))
      ) : (
        <tr data-away>
          <td colSpan={columns.length} style={{ height: height.current ?? rows.length * rowHeight.current }} />
        </tr>
      )}
    </tbody>
  );
}

interface RowProps<Row> {
  row: Row;
  columns: readonly Column<Row>[];
  place: number | undefined;
}

/** A row is drawn again only when it or the columns changed: of a thousand, those that are new. */
const TableRow = memo(function TableRow<Row>({ row, columns, place }: RowProps<Row>) {
  return (
    <tr aria-rowindex={place}>
      {columns.map(({ label, kind, cell }) => (
        <td
          key={label}
          data-label={label}
          data-title={kind === "title" || undefined}
          data-actions={kind === "actions" || undefined}
          data-align={kind === "number" ? "end" : undefined}
        >
          {cell(row)}
        </td>
      ))}
    </tr>
  );
}) as <Row>(props: RowProps<Row>) => ReactNode;

/**
 * Columns of a long table keep the widths that its first rows gave them, or they would move with each row that comes and goes; and the browser
 * need not measure all rows for each.
 * @param key another one measures anew; empty where columns are free
 */
export function useFixedColumns(table: RefObject<HTMLTableElement | null>, key: string) {
  useLayoutEffect(() => {
    const { style, tHead, offsetWidth, parentElement } = table.current!;
    const heads = [...tHead!.rows[0]!.cells];
    // On a phone rows are cards, which have no columns.
    if (!key || getComputedStyle(table.current!).display !== "table") return;
    const widths = heads.map((head) => `${(head.offsetWidth / offsetWidth) * 100}%`);
    for (const [column, head] of heads.entries()) head.style.width = widths[column]!;
    if (offsetWidth > parentElement!.clientWidth) style.minWidth = `${offsetWidth}px`;
    style.tableLayout = "fixed";
    return () => {
      for (const head of heads) head.style.width = "";
      style.minWidth = "";
      style.tableLayout = "";
    };
  }, [table, key]);
}
