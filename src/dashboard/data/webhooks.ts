import { useQuery } from "@tanstack/react-query";
import { base, bask } from "./client";
import { useOrganization } from "./organization";
import { usePages } from "./pages";
import { queries } from "./queries";

export type Webhook = Awaited<ReturnType<typeof bask.webhooks.get>>;
export type WebhookWithSecret = Awaited<ReturnType<typeof bask.webhooks.create>>;
export type Delivery = Awaited<ReturnType<typeof bask.webhooks.getDelivery>>;

/** A type of event, all of a noun, or all. */
export type Subscription = NonNullable<Parameters<typeof bask.webhooks.create>[1]>["events"][number];

export function useWebhooks() {
  const { id } = useOrganization();
  return usePages(["webhooks", id, "list"], (cursor) => bask.webhooks.list(id, cursor));
}

export function useWebhook(webhook: string) {
  const { id } = useOrganization();
  return useQuery({ queryKey: ["webhooks", id, "one", webhook], queryFn: () => bask.webhooks.get(id, webhook) });
}

export function useDeliveries(webhook: string, status: Delivery["status"] | undefined) {
  const { id } = useOrganization();
  return usePages(["webhooks", id, "deliveries", webhook, status], (cursor) =>
    bask.webhooks.listDeliveries(id, webhook, { ...(status && { status }), ...cursor }),
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
