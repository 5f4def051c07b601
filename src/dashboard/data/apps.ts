import type { AdminBask } from "../../sdk/admin";
import { bask } from "./client";
import { useOrganization } from "./organization";
import { callsOf, useOwner } from "./owner";
import { useWholeList } from "./pages";

export type RegisteredApp = Awaited<ReturnType<typeof bask.apps.list>>["data"][number];
export type AppWithSecret = Awaited<ReturnType<typeof bask.apps.create>>;
export type ConnectedApp = Awaited<ReturnType<typeof bask.apps.listConnected>>["data"][number];

/** Whose registered apps are shown, and the calls about them: of an organization, or of the installation. */
export function useAppOwner() {
  const owner = useOwner();
  const { id, isInstallation } = owner;
  const apiOf = ({ apps, admin }: AdminBask) => (isInstallation ? admin.apps : callsOf<typeof admin.apps>(apps, id));
  return { ...owner, apiOf, api: apiOf(bask) };
}

/** The apps that are registered for the organization, or for the whole installation. */
export function useApps() {
  const { id, api } = useAppOwner();
  return useWholeList({ queryKey: ["apps", id, "registered"], queryFn: () => api.list() });
}

/** The apps that act for members in the organization, wherever they are registered. */
export function useConnectedApps() {
  const { id } = useOrganization();
  return useWholeList({ queryKey: ["apps", id, "connected"], queryFn: () => bask.apps.listConnected(id) });
}
