import { useCallback, useMemo, useSyncExternalStore } from "react";
import type { List, ListPromise, Methods } from "../client";
import type { Cache, QueryState } from "./cache";
import { useCache } from "./context";
import { callMethod, keyOf } from "./key";

type Result<Method extends (...args: never[]) => unknown> = Awaited<ReturnType<Method>>;

/** Names of methods that return a list. */
export type ListMethod = {
  [Name in keyof Methods]: ReturnType<Methods[Name]> extends ListPromise<infer _> ? Name : never;
}[keyof Methods];

type ItemOf<Name extends ListMethod> = ReturnType<Methods[Name]> extends ListPromise<infer Item> ? Item : never;

export interface Query<T> {
  data: T | undefined;
  /** What the latest attempt failed with, beside the data of the one before. */
  error: unknown;
  /** There is no data yet, and it is being loaded. */
  isLoading: boolean;
  /** It is being loaded, for the first time or again. */
  isFetching: boolean;
  refetch(): Promise<void>;
}

export interface ListQuery<T> extends Omit<Query<unknown>, "data"> {
  /** Of all pages that were loaded; empty until the first one was. */
  items: readonly T[];
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore(): Promise<void>;
}

const noArgs: QueryState<never> = { data: undefined, error: undefined, activity: "idle" };

/** The state of a query, which is loaded while a component shows it. */
function useEntry(cache: Cache, key: string | undefined, load: (current: unknown) => Promise<unknown>) {
  // The key says all that the loading depends on.
  const subscribe = useCallback(
    (listener: () => void) => (key === undefined ? () => {} : cache.subscribe(key, load, listener)),
    [cache, key],
  );
  const state = () => (key === undefined ? noArgs : cache.state(key));
  return useSyncExternalStore(subscribe, state, state);
}

/**
 * What a method returns: `useQuery("apiKeys.get", [organizationId, keyId])`. It is loaded when a component shows it first, shared by all that show
 * it, and loaded again after every mutation.
 * @param args undefined while something is missing; then nothing is loaded
 */
export function useQuery<Name extends keyof Methods>(
  method: Name,
  args: Parameters<Methods[Name]> | undefined,
): Query<Result<Methods[Name]>> {
  const cache = useCache();
  const key = args && keyOf(method, args);
  const { data, error, activity } = useEntry(cache, key, () => callMethod(cache.bask, method, args ?? []));
  const refetch = useCallback(async () => key && cache.refetch(key), [cache, key]) as Query<unknown>["refetch"];
  const isFetching = activity !== "idle";
  return {
    data: data as Result<Methods[Name]> | undefined,
    error,
    isLoading: data === undefined && error === undefined && key !== undefined,
    isFetching,
    refetch,
  };
}

/** The entries of a list, page by page: `useList("members.list", [organizationId, { search }])`. Loading it again keeps as many pages as there were. */
export function useList<Name extends ListMethod>(
  method: Name,
  args: Parameters<Methods[Name]> | undefined,
): ListQuery<ItemOf<Name>> {
  const cache = useCache();
  const key = args && keyOf(`${method} pages`, args);
  const page = (cursor?: string) =>
    callMethod(cache.bask, method, withCursor(args ?? [], cursor)) as Promise<List<ItemOf<Name>>>;
  type Pages = List<ItemOf<Name>>[];

  async function loadAll(current: unknown): Promise<Pages> {
    const pages = [await page()];
    while (pages.length < ((current as Pages | undefined)?.length ?? 1)) {
      const { nextCursor } = pages.at(-1)!;
      if (nextCursor === null) break;
      pages.push(await page(nextCursor));
    }
    return pages;
  }

  async function addPage(current: unknown): Promise<Pages> {
    const pages = current as Pages;
    const cursor = pages.at(-1)?.nextCursor;
    return cursor ? [...pages, await page(cursor)] : pages;
  }

  const { data, error, activity } = useEntry(cache, key, loadAll);
  const pages = data as Pages | undefined;
  const items = useMemo(() => pages?.flatMap((one) => one.data) ?? [], [pages]);
  return {
    items,
    error,
    isLoading: pages === undefined && error === undefined && key !== undefined,
    isFetching: activity === "loading",
    isLoadingMore: activity === "more",
    hasMore: typeof pages?.at(-1)?.nextCursor === "string",
    refetch: async () => key && cache.refetch(key),
    loadMore: async () => key && cache.loadMore(key, addPage),
  } as ListQuery<ItemOf<Name>>;
}

/** A page is asked for in the last argument, the query. */
function withCursor(args: readonly unknown[], cursor: string | undefined): readonly unknown[] {
  if (cursor === undefined) return args;
  const last = args.at(-1);
  return typeof last === "object" && last !== null
    ? [...args.slice(0, -1), { ...last, cursor }]
    : [...args, { cursor }];
}
