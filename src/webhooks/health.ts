import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import type { WhyWebhookDisabled } from "../db/tables";
import { pauseDeliveries } from "./deliveries.sql";
import { notifyOwner } from "./owner";
import { updateWebhookRow, type WebhookRow } from "./webhooks.sql";

const hour = 3_600_000;
/** After that long without a success the organization is told ... */
const warnAfter = 12 * hour;
/** ... and then the webhook is disabled. */
const disableAfter = 5 * 24 * hour;

const reasons: Readonly<Record<"gone" | "failing", string>> = {
  gone: "it responded with 410 Gone",
  failing: "it has not accepted any event for five days",
};

/** Notes that an endpoint accepted an event, and whether that took long; the webhook as it is then. */
export async function noteSuccess(tx: Writer, webhook: WebhookRow, slow: boolean): Promise<WebhookRow> {
  if (!webhook.failingSince && webhook.slow === slow) return webhook;
  return (await updateWebhookRow(tx, webhook, { failingSince: null, warnedAt: null, slow }))!;
}

/** Notes that an endpoint did not accept an event; what follows when it does so for long. The webhook's row must be locked. */
export async function noteFailure(tx: Writer, webhook: WebhookRow) {
  const { organizationId, failingSince, warnedAt, url } = webhook;
  if (!failingSince) return void (await updateWebhookRow(tx, webhook, { failingSince: tx.now }));
  const failing = tx.now.getTime() - failingSince.getTime();
  if (failing >= disableAfter) return disableEndpoint(tx, webhook, "failing");
  if (failing < warnAfter || warnedAt) return;
  await updateWebhookRow(tx, webhook, { warnedAt: tx.now });
  await notifyOwner(tx, organizationId, {
    template: "webhook-failing",
    values: { host: new URL(url).host, since: failingSince },
  });
}

/** Sends nothing any more, and keeps what is missed. */
export async function disableWebhook(tx: Writer, webhook: WebhookRow, disabledBecause: WhyWebhookDisabled) {
  const disabled = await updateWebhookRow(tx, webhook, { disabledAt: tx.now, disabledBecause, dueAt: null });
  await pauseDeliveries(tx, webhook.id);
  return disabled!;
}

/** Disables an endpoint that does not work, and tells its organization. The webhook's row must be locked. */
export async function disableEndpoint(tx: Writer, webhook: WebhookRow, because: "gone" | "failing") {
  const { id, organizationId, url, disabledAt } = webhook;
  if (disabledAt) return;
  await updateWebhookRow(tx, webhook, {
    disabledAt: tx.now,
    disabledBecause: because,
    failingSince: webhook.failingSince ?? tx.now,
    dueAt: null,
  });
  await pauseDeliveries(tx, id);
  if (organizationId) {
    const details = { because };
    await record(tx, { kind: "system" }, { action: "webhook.disabled", chain: organizationId, target: id, details });
  }
  await notifyOwner(tx, organizationId, {
    template: "webhook-disabled",
    values: { host: new URL(url).host, reason: reasons[because] },
  });
}
