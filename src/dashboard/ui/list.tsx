import { type ReactNode, useEffect, useRef } from "react";
import type { Pages, WholeList } from "../data/pages";
import { text } from "../text";
import { Button } from "./button";
import { Failure } from "./failure";
import { Loading } from "./loading";
import { type Column, Table } from "./table";

/** A list of the API as a table: its outline while it loads, `empty` where there is nothing, and more of it as its end comes near. */
export function List<Row>({
  query,
  empty,
  lines = 6,
  ...table
}: {
  query: Pages<Row> | WholeList<Row>;
  caption: string;
  columns: readonly Column<NoInfer<Row>>[];
  keyOf: (row: Row) => string;
  /** What is said, or shown, in place of no rows. */
  empty: ReactNode;
  /** How many lines its outline has. */
  lines?: number;
}) {
  return (
    <Loading query={query} lines={lines}>
      {(rows) =>
        rows.length === 0 ? (
          typeof empty === "string" ? (
            <p className="muted">{empty}</p>
          ) : (
            empty
          )
        ) : (
          <>
            <Table rows={rows} {...table} />
            {"hasNextPage" in query && query.hasNextPage && <More query={query} shown={rows.length} />}
          </>
        )
      }
    </Loading>
  );
}

/** Loads the next page before a reader who scrolls arrives at its place, and for who uses the button. */
function More({ query, shown }: { query: Pages<never> | Pages<unknown>; shown: number }) {
  const place = useRef<HTMLDivElement>(null);
  const { isFetchingNextPage: busy, isFetchNextPageError: failed, fetchNextPage } = query;
  useEffect(() => {
    if (busy || failed) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry!.isIntersecting) void fetchNextPage();
      },
      { rootMargin: "1200px 0px" },
    );
    observer.observe(place.current!);
    return () => observer.disconnect();
  }, [busy, failed, fetchNextPage, shown]);
  return (
    <div ref={place}>
      {failed ? (
        <Failure error={query.error} retry={() => void fetchNextPage()} />
      ) : (
        <Button busy={busy} onClick={() => void fetchNextPage()}>
          {text.common.more}
        </Button>
      )}
    </div>
  );
}

/** One act for each row, as a button at its end; for the rows for which it is offered. */
export const actColumn = <Row,>(
  label: string,
  act: (row: Row) => unknown,
  isOffered: (row: Row) => boolean = () => true,
): Column<Row> => ({
  label: text.common.actions,
  kind: "actions",
  cell: (row) =>
    isOffered(row) && (
      <Button kind="quiet" onClick={() => void act(row)}>
        {label}
      </Button>
    ),
});
