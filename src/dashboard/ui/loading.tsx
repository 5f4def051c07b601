import type { ReactNode } from "react";
import { text } from "../text";
import { Failure } from "./failure";

/** The shape of what is about to be there, so that nothing jumps when it comes. */
export function Skeleton({ lines = 4 }: { lines?: number }) {
  return (
    <div className="card" aria-hidden="true">
      <div className="card-body">
        {[...Array(lines).keys()].map((line) => (
          <div key={line} className="skeleton" style={{ width: `${90 - ((line * 23) % 50)}%` }} />
        ))}
      </div>
    </div>
  );
}

interface Loaded<Data> {
  data: Data | undefined;
  error: unknown;
  refetch: () => unknown;
}

/** Shows what was loaded; until then its outline, and why it could not be loaded with a way to try again. */
export function Loading<Data>({
  query,
  lines,
  children,
}: {
  query: Loaded<Data>;
  lines?: number;
  children: (data: Data) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return (
    <>
      <span className="visually-hidden" role="status">
        {text.common.loading}
      </span>
      <Skeleton {...(lines !== undefined && { lines })} />
    </>
  );
}
