import { memo, type ReactNode } from "react";
import { text } from "../text";

export interface Column<Row> {
  /** The head of the column; on a phone, what stands before the value. */
  label: string;
  /** The first column names the row; the last may hold its acts. */
  kind?: "title" | "actions" | "number";
  cell: (row: Row) => ReactNode;
}

/** A table that becomes cards on a phone. */
export function Table<Row>({
  caption,
  columns,
  rows,
  keyOf,
}: {
  /** What the table lists, for screen readers. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
}) {
  return (
    <div className="table-frame">
      <table className="table">
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ label, kind }) => (
              <th key={label} scope="col" data-align={kind === "number" ? "end" : undefined}>
                {kind === "actions" ? <span className="visually-hidden">{text.common.actions}</span> : label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <TableRow key={keyOf(row)} row={row} columns={columns} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A row is drawn again only when it or the columns changed: of a thousand, those that are new. */
const TableRow = memo(function TableRow<Row>({ row, columns }: { row: Row; columns: readonly Column<Row>[] }) {
  return (
    <tr>
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
}) as <Row>(props: { row: Row; columns: readonly Column<Row>[] }) => ReactNode;
