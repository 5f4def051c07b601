import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

interface Page<Item> {
  data: Item[];
  nextCursor: string | null;
}

/** A list of the API, page by page. While a new filter loads, what was shown stays. */
export function usePages<Item>(key: readonly unknown[], load: (cursor: { cursor?: string }) => Promise<Page<Item>>) {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => load(pageParam ? { cursor: pageParam } : {}),
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: (shown) => shown,
  });
  return { ...query, data: query.data?.pages.flatMap(({ data }) => data) };
}

/** A list of the API that comes whole. */
export const useWholeList = <Item>(query: { queryKey: readonly unknown[]; queryFn: () => Promise<{ data: Item[] }> }) =>
  useQuery({ ...query, select: ({ data }) => data });

export type Pages<Item> = Omit<ReturnType<typeof usePages<Item>>, "data"> & { data: Item[] | undefined };
export type WholeList<Item> = ReturnType<typeof useWholeList<Item>>;
