import { useQuery } from "@tanstack/react-query";
import { createContext, useCallback, useContext } from "react";
import type { Permission } from "../../sdk/client";
import { bask } from "./client";
import { queries } from "./queries";

async function loadOrganizations() {
  const all = [];
  for (let cursor: string | undefined; ; ) {
    const page = await bask.organizations.list({ limit: 100, ...(cursor && { cursor }) });
    all.push(...page.data);
    if (page.nextCursor === null) return all;
    cursor = page.nextCursor;
  }
}

/** The organizations of the signed-in user, all of them. */
export const organizationsQuery = { queryKey: ["organizations"], queryFn: loadOrganizations };
export const useOrganizations = () => useQuery(organizationsQuery);

/** After the user left it, or it is gone: the start leads to another one. */
export const forgetOrganization = (id: string) =>
  queries.setQueryData<MyOrganization[]>(["organizations"], (all) => all?.filter((one) => one.id !== id));

/** A permission, or all of a resource. */
export type Scope = MyOrganization["permissions"][number];

export type MyOrganization = NonNullable<ReturnType<typeof useOrganizations>["data"]>[number];

/** The organization whose pages are shown. */
export const CurrentOrganization = createContext<MyOrganization | undefined>(undefined);

export function useOrganization(): MyOrganization {
  const organization = useContext(CurrentOrganization);
  if (!organization) throw new Error("Used outside of an organization's pages.");
  return organization;
}

/** Whether the user may do something in the organization that is shown. What they may not do is not offered. */
export function useMay(): (permission: string) => boolean {
  const { permissions } = useOrganization();
  return useCallback((permission) => permissions.includes(permission as Permission), [permissions]);
}
