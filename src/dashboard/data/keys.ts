import { useQuery } from "@tanstack/react-query";
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

/** The requests of the keys of a list in the last 24 hours, by hour: one answer for every hundred of them. */
export function useUsageOfKeys(keys: readonly string[]) {
  const { id } = useOrganization();
  const may = useMay();
  return useQuery({
    queryKey: ["keys", id, "hours", keys],
    enabled: may("usage:read") && keys.length > 0,
    placeholderData: (shown) => shown,
    async queryFn() {
      const usage = new Map<string, { requests: number[]; total: number }>();
      for (let start = 0; start < keys.length; start += 100) {
        const { data } = await bask.usage.getOfKeys(id, { keys: keys.slice(start, start + 100).join(",") });
        for (const { keyId, ...counts } of data) usage.set(keyId, counts);
      }
      return usage;
    },
  });
}

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
  return (userId) => data?.data.find((member) => member.userId === userId)?.fullName ?? userId;
}

/** After a key was changed: what is shown of keys is asked for anew. */
export const keysChanged = () => queries.invalidateQueries({ queryKey: ["keys"] });
