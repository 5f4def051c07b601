import { useQuery } from "@tanstack/react-query";
import { base, bask } from "./client";
import { callsOf, useOwner } from "./owner";
import { usePages } from "./pages";
import { queries } from "./queries";

export type Webhook = Awaited<ReturnType<typeof bask.webhooks.get>>;
export type WebhookWithSecret = Awaited<ReturnType<typeof bask.webhooks.create>>;
export type Delivery = Awaited<ReturnType<typeof bask.webhooks.getDelivery>>;

/** A type of event, all of a noun, or all. */
export type Subscription = NonNullable<Parameters<typeof bask.admin.webhooks.create>[0]>["events"][number];

/** The webhooks of an organization, or of the installation. */
type Webhooks = typeof bask.admin.webhooks;

export function useWebhookOwner() {
  const owner = useOwner();
  const api = owner.isInstallation ? bask.admin.webhooks : callsOf<Webhooks>(bask.webhooks, owner.id);
  return { ...owner, api };
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
