import { useQuery } from "@tanstack/react-query";
import { bask } from "./client";
import { useOrganization } from "./organization";
import { usePages } from "./pages";

export type AuditEvent = Awaited<ReturnType<typeof bask.auditLogs.list>>["data"][number];
export type AuditFilter = NonNullable<Parameters<typeof bask.auditLogs.list>[1]>;

export function usePolicy() {
  const { id } = useOrganization();
  return useQuery({ queryKey: ["policy", id], queryFn: () => bask.policy.get(id) });
}

export function usePlan() {
  const { id } = useOrganization();
  return useQuery({ queryKey: ["plan", id], queryFn: () => bask.plan.get(id) });
}

export function useAuditLog(filter: AuditFilter) {
  const { id } = useOrganization();
  return usePages(["audit", id, filter], (cursor) => bask.auditLogs.list(id, { ...filter, ...cursor }));
}

/** The pending transfer of ownership; null when there is none. */
export function useTransfer() {
  const { id } = useOrganization();
  return useQuery({
    queryKey: ["transfer", id],
    queryFn: () =>
      bask.ownershipTransfer
        .get(id)
        .catch((error: { status?: number }) => (error.status === 404 ? null : Promise.reject(error))),
  });
}
