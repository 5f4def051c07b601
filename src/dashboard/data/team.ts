import { useQuery } from "@tanstack/react-query";
import { bask } from "./client";
import { useMay, useOrganization } from "./organization";
import { usePages } from "./pages";

export type Member = Awaited<ReturnType<typeof bask.members.list>>["data"][number];
export type Invitation = Awaited<ReturnType<typeof bask.invitations.list>>["data"][number];
export type Role = Awaited<ReturnType<typeof bask.roles.list>>["data"][number];

export function useMembers(search?: string) {
  const { id } = useOrganization();
  return usePages(["members", id, "list", search], (cursor) =>
    bask.members.list(id, { ...(search && { search }), ...cursor }),
  );
}

export function usePendingInvitations() {
  const { id } = useOrganization();
  return usePages(["members", id, "invitations"], (cursor) =>
    bask.invitations.list(id, { status: "pending", ...cursor }),
  );
}

/** The roles of the organization; the built-in ones where the reader may not list them. */
export function useRoles() {
  const { id } = useOrganization();
  const may = useMay();
  return useQuery({ queryKey: ["roles", id], queryFn: () => bask.roles.list(id), enabled: may("roles:read") });
}

/** The roles that can be given to a member: ownership is transferred, not given. */
export function useGivableRoles(): string[] {
  const { data } = useRoles();
  return data?.data.map(({ name }) => name).filter((name) => name !== "owner") ?? ["admin", "member", "viewer"];
}
