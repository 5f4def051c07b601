import { useRef } from "react";
import { text } from "../text";
import { type Column, RowGroup, rowsAtOnce, useFixedColumns } from "./rows";

export type { Column } from "./rows";

/** A table that becomes cards on a phone. Of a long one, only the rows near the window are in the document. */
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
  const table = useRef<HTMLTableElement>(null);
  const rowHeight = useRef(49);
  const groups = Math.ceil(rows.length / rowsAtOnce);
  const isLong = groups > 1;
  useFixedColumns(table, isLong ? columns.map(({ label }) => label).join() : "");
  return (
    <div className="table-frame">
      <table className="table" ref={table} aria-rowcount={isLong ? rows.length + 1 : undefined}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ label, kind }) => (
              <th
                key={label}
                scope="col"
                data-align={kind === "number" ? "end" : undefined}
                data-actions={kind === "actions" || undefined}
              >
                {kind === "actions" ? <span className="visually-hidden">{text.common.actions}</span> : label}
              </th>
            ))}
          </tr>
        </thead>
        {[...Array(groups).keys()].map((group) => (
          <RowGroup
            key={group}
            index={isLong ? group : undefined}
            rows={rows.slice(group * rowsAtOnce, (group + 1) * rowsAtOnce)}
            columns={columns}
            keyOf={keyOf}
            rowHeight={rowHeight}
          />
        ))}
      </table>
    </div>
  );
}
