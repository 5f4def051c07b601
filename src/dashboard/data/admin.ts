import { useQuery } from "@tanstack/react-query";
import { bask } from "./client";
import { usePages } from "./pages";

export type AdminUser = Awaited<ReturnType<typeof bask.admin.users.get>>;
export type AdminOrganization = Awaited<ReturnType<typeof bask.admin.organizations.get>>;
export type System = Awaited<ReturnType<typeof bask.admin.system.get>>;
export type AdminClient = Awaited<ReturnType<typeof bask.admin.oauthClients.list>>["data"][number];
export type FailedEmail = Awaited<ReturnType<typeof bask.admin.emails.listFailed>>["data"][number];

const searching = (search: string) => (search ? { search } : {});

export const useAdminUsers = (search: string) =>
  usePages(["admin", "users", "list", search], (cursor) => bask.admin.users.list({ ...searching(search), ...cursor }));

export const useAdminUser = (id: string) =>
  useQuery({ queryKey: ["admin", "users", "one", id], queryFn: () => bask.admin.users.get(id) });

export const useAdminOrganizations = (search: string) =>
  usePages(["admin", "organizations", "list", search], (cursor) =>
    bask.admin.organizations.list({ ...searching(search), ...cursor }),
  );

export const useAdminOrganization = (id: string) =>
  useQuery({ queryKey: ["admin", "organizations", "one", id], queryFn: () => bask.admin.organizations.get(id) });

export const useOAuthClients = (search: string) =>
  usePages(["admin", "oauth-clients", search], (cursor) =>
    bask.admin.oauthClients.list({ ...searching(search), ...cursor }),
  );

export const useAdminAuditLog = (id: string) =>
  usePages(["admin", "organizations", "audit", id], (cursor) => bask.admin.organizations.listAuditLogs(id, cursor));

export const useOperatorLog = () => usePages(["admin", "audit"], (cursor) => bask.admin.auditLogs.list(cursor));

/** Asked again every other second while a backup is being made. */
export const useSystem = () =>
  useQuery({
    queryKey: ["admin", "system"],
    queryFn: () => bask.admin.system.get(),
    refetchInterval: ({ state }) => (state.data?.backups?.isUnderWay ? 2_000 : false),
  });

/** Asks the mail server and PUBLIC_URL too, so it is not repeated by itself. */
export const useChecks = () =>
  useQuery({
    queryKey: ["admin", "checks"],
    queryFn: () => bask.admin.system.runChecks(),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });

export const useConfiguration = () =>
  useQuery({ queryKey: ["admin", "configuration"], queryFn: () => bask.admin.system.getConfiguration() });

export const useFailedEmails = () => usePages(["admin", "emails"], (cursor) => bask.admin.emails.listFailed(cursor));
