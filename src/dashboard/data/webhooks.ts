import { useQuery } from "@tanstack/react-query";
import type { AdminBask } from "../../sdk/admin";
import { base, bask } from "./client";
import { apiDocumentQuery } from "./openapi";
import { callsOf, useOwner } from "./owner";
import { usePages } from "./pages";

export type Webhook = Awaited<ReturnType<typeof bask.webhooks.get>>;
export type WebhookWithSecret = Awaited<ReturnType<typeof bask.webhooks.create>>;
export type Delivery = Awaited<ReturnType<typeof bask.webhooks.getDelivery>>;

/** A type of event, all of a noun, or all. */
export type Subscription = NonNullable<Parameters<typeof bask.admin.webhooks.create>[0]>["events"][number];

/** The webhooks of an organization, or of the installation. */
type Webhooks = typeof bask.admin.webhooks;

export function useWebhookOwner() {
  const owner = useOwner();
  const { id, isInstallation } = owner;
  const apiOf = ({ webhooks, admin }: AdminBask) => (isInstallation ? admin.webhooks : callsOf<Webhooks>(webhooks, id));
  return { ...owner, apiOf, api: apiOf(bask) };
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
    ...apiDocumentQuery(base),
    select: ({ webhooks = {} }) => Object.keys(webhooks).filter((type) => type !== "webhook.test") as Subscription[],
  });
}
