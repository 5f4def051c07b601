import { useQueries, useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { bask } from "./client";
import { useMay, useOrganization } from "./organization";
import { usePages } from "./pages";
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

/** Ids as the API takes them, at most this many at once. */
const groupsOf = (ids: readonly string[], size: number): string[] =>
  Array.from({ length: Math.ceil(ids.length / size) }, (_, group) =>
    ids.slice(group * size, (group + 1) * size).join(","),
  );

/** As many keys as a page of the list has: what was asked for stays when the list grows. */
const keysAtOnce = 50;

/** The requests of the keys of a list in the last 24 hours: one answer for each page of them. */
export function useUsageOfKeys(keys: readonly string[]): ReadonlyMap<string, Hours> {
  const { id } = useOrganization();
  const may = useMay();
  return useQueries({
    queries: groupsOf(keys, keysAtOnce).map((page) => ({
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

/** As many users as can be asked for at once. */
const usersAtOnce = 100;

/** What users are called, by their ids: those who are members, for a reader who may see the members. Others stay ids. */
export function useMemberNames(of: readonly string[]): (userId: string) => string {
  const { id } = useOrganization();
  const may = useMay();
  const users = [...new Set(of)].toSorted();
  const { data } = useQuery({
    queryKey: ["members", id, "names", users],
    queryFn: () => namesOf(id, users),
    enabled: may("members:read") && users.length > 0,
    staleTime: 60_000,
    placeholderData: (known) => known,
  });
  return useCallback((userId) => data?.get(userId) ?? userId, [data]);
}

async function namesOf(organization: string, users: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const pages = await Promise.all(
    groupsOf(users, usersAtOnce).map((group) => bask.members.list(organization, { users: group, limit: usersAtOnce })),
  );
  return new Map(pages.flatMap(({ data }) => data.map(({ userId, fullName }) => [userId, fullName] as const)));
}
