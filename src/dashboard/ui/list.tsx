import type { ReactNode } from "react";
import type { Pages } from "../data/pages";
import { text } from "../text";
import { Button } from "./button";
import { Loading } from "./loading";
import { type Column, Table } from "./table";

/** A list of the API as a table: its outline while it loads, `empty` where there is nothing, and more of it on request. */
export function List<Row>({
  query,
  empty,
  ...table
}: {
  query: Pages<Row>;
  caption: string;
  columns: readonly Column<Row>[];
  keyOf: (row: Row) => string;
  empty: ReactNode;
}) {
  return (
    <Loading query={query} lines={6}>
      {(rows) =>
        rows.length === 0 ? (
          empty
        ) : (
          <>
            <Table rows={rows} {...table} />
            {query.hasNextPage && (
              <div>
                <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  {text.common.more}
                </Button>
              </div>
            )}
          </>
        )
      }
    </Loading>
  );
}
