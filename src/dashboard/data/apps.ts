import { bask } from "./client";
import { useOrganization } from "./organization";
import { useWholeList } from "./pages";
import { queries } from "./queries";

export type RegisteredApp = Awaited<ReturnType<typeof bask.apps.list>>["data"][number];
export type AppWithSecret = Awaited<ReturnType<typeof bask.apps.create>>;
export type ConnectedApp = Awaited<ReturnType<typeof bask.apps.listConnected>>["data"][number];

/** The apps that are registered for the organization. */
export function useApps() {
  const { id } = useOrganization();
  return useWholeList({ queryKey: ["apps", id, "registered"], queryFn: () => bask.apps.list(id) });
}

/** The apps that act for members in the organization, wherever they are registered. */
export function useConnectedApps() {
  const { id } = useOrganization();
  return useWholeList({ queryKey: ["apps", id, "connected"], queryFn: () => bask.apps.listConnected(id) });
}

export const appsChanged = () => queries.invalidateQueries({ queryKey: ["apps"] });
