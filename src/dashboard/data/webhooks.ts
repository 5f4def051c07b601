import { useQuery } from "@tanstack/react-query";
import { createContext, createElement, type ReactNode, useContext } from "react";
import type { Permission } from "../../sdk/client";
import { base, bask } from "./client";
import { CurrentOrganization } from "./organization";
import { usePages } from "./pages";
import { queries } from "./queries";

export type Webhook = Awaited<ReturnType<typeof bask.webhooks.get>>;
export type WebhookWithSecret = Awaited<ReturnType<typeof bask.webhooks.create>>;
export type Delivery = Awaited<ReturnType<typeof bask.webhooks.getDelivery>>;

/** A type of event, all of a noun, or all. */
export type Subscription = NonNullable<Parameters<typeof bask.admin.webhooks.create>[0]>["events"][number];

/** The webhooks of an organization, or of the installation, with what may be done with them. */
type Webhooks = typeof bask.admin.webhooks;

const ofOrganization = (id: string): Webhooks =>
  Object.fromEntries(
    Object.entries(bask.webhooks).map(([name, call]) => [
      name,
      (...input: unknown[]) => (call as (...input: unknown[]) => unknown)(id, ...input),
    ]),
  ) as unknown as Webhooks;

const Installation = createContext(false);

/** Within it, the pages of webhooks show those of the installation. */
export const InstallationWebhooks = ({ children }: { children: ReactNode }) =>
  createElement(Installation.Provider, { value: true }, children);

export function useWebhookOwner() {
  const isInstallation = useContext(Installation);
  const organization = useContext(CurrentOrganization);
  const id = isInstallation ? "installation" : organization!.id;
  return {
    id,
    isInstallation,
    api: isInstallation ? bask.admin.webhooks : ofOrganization(id),
    may: (permission: string) => isInstallation || organization!.permissions.includes(permission as Permission),
  };
}

export function useWebhooks() {
  const { id, api } = useWebhookOwner();
  return usePages(["webhooks", id, "list"], (cursor) => api.list(cursor));
}

export function useWebhook(webhook: string) {
  const { id, api } = useWebhookOwner();
  return useQuery({ queryKey: ["webhooks", id, "one", webhook], queryFn: () => api.get(webhook) });
}

export function useDeliveries(webhook: string, status: Delivery["status"] | undefined) {
  const { id, api } = useWebhookOwner();
  return usePages(["webhooks", id, "deliveries", webhook, status], (cursor) =>
    api.listDeliveries(webhook, { ...(status && { status }), ...cursor }),
  );
}

/** The types of events there are, from the document that describes the API. */
export function useEventTypes() {
  return useQuery({
    queryKey: ["event-types"],
    staleTime: Number.POSITIVE_INFINITY,
    async queryFn() {
      const response = await fetch(`${base}/openapi.json`);
      const { webhooks = {} } = (await response.json()) as { webhooks?: Record<string, unknown> };
      return Object.keys(webhooks).filter((type) => type !== "webhook.test") as Subscription[];
    },
  });
}

export const webhooksChanged = () => queries.invalidateQueries({ queryKey: ["webhooks"] });
