import { useQueries, useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { bask } from "./client";
import { useMay, useOrganization } from "./organization";
import { usePages } from "./pages";
import { queries } from "./queries";
import { type UsageRange, usageOf } from "./usage";

export type ApiKey = Awaited<ReturnType<typeof bask.apiKeys.get>>;
export type CreatedApiKey = Awaited<ReturnType<typeof bask.apiKeys.create>>;
export type KeyFilter = Pick<NonNullable<Parameters<typeof bask.apiKeys.list>[1]>, "environment" | "status" | "search">;

/** The keys of the organization that is shown. */
export function useKeys(filter: KeyFilter) {
  const { id } = useOrganization();
  return usePages(["keys", id, "list", filter], (cursor) => bask.apiKeys.list(id, { ...filter, ...cursor }));
}

export function useKey(key: string) {
  const { id } = useOrganization();
  return useQuery({ queryKey: ["keys", id, "one", key], queryFn: () => bask.apiKeys.get(id, key) });
}

/** What a key was used for, up to now. */
export function useKeyUsage(key: string, range: UsageRange) {
  const { id } = useOrganization();
  return useQuery({
    queryKey: ["keys", id, "usage", key, range],
    queryFn: () => bask.apiKeys.getUsage(id, key, usageOf(range)),
  });
}

/** What a key was used for in the last 24 hours, by hour. */
export interface Hours {
  requests: number[];
  total: number;
}

/** As many keys as a page of the list has: what was asked for stays when the list grows. */
const keysAtOnce = 50;

/** The requests of the keys of a list in the last 24 hours: one answer for each page of them. */
export function useUsageOfKeys(keys: readonly string[]): ReadonlyMap<string, Hours> {
  const { id } = useOrganization();
  const may = useMay();
  const pages = Array.from({ length: Math.ceil(keys.length / keysAtOnce) }, (_, page) =>
    keys.slice(page * keysAtOnce, (page + 1) * keysAtOnce).join(","),
  );
  return useQueries({
    queries: pages.map((page) => ({
      queryKey: ["keys", id, "hours", page],
      queryFn: () => bask.usage.getOfKeys(id, { keys: page }),
      enabled: may("usage:read"),
    })),
    combine: byKey,
  });
}

type UsageOfKeys = Awaited<ReturnType<typeof bask.usage.getOfKeys>>;
const byKey = (answers: { data: UsageOfKeys | undefined }[]): ReadonlyMap<string, Hours> =>
  new Map(answers.flatMap(({ data }) => (data?.data ?? []).map((hours) => [hours.keyId, hours] as const)));

/** The names of the members who may be looked up. */
export function useMemberNames(): (userId: string) => string {
  const { id } = useOrganization();
  const may = useMay();
  const { data } = useQuery({
    queryKey: ["members", id, "names"],
    queryFn: () => bask.members.list(id, { limit: 100 }),
    enabled: may("members:read"),
    staleTime: 60_000,
  });
  return useCallback((userId) => data?.data.find((member) => member.userId === userId)?.fullName ?? userId, [data]);
}

/** After a key was changed: what is shown of keys is asked for anew. */
export const keysChanged = () => queries.invalidateQueries({ queryKey: ["keys"] });
