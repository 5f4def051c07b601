import { useInfiniteQuery } from "@tanstack/react-query";

interface Page<Item> {
  data: Item[];
  nextCursor: string | null;
}

/** A list of the API, page by page. While a new filter loads, what was shown stays. */
export function usePages<Item>(key: readonly unknown[], load: (cursor: { cursor?: string }) => Promise<Page<Item>>) {
  return useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => load(pageParam ? { cursor: pageParam } : {}),
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: (shown) => shown,
  });
}
