import { notifyAdmins } from "../api-keys/notices";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import type { WhyWebhookDisabled } from "../db/tables";
import { pauseDeliveries } from "./deliveries.sql";
import { updateWebhookRow, type WebhookRow } from "./webhooks.sql";

const hour = 3_600_000;
/** After that long without a success the organization is told ... */
const warnAfter = 12 * hour;
/** ... and then the webhook is disabled. */
const disableAfter = 5 * 24 * hour;

const reasons: Readonly<Record<Exclude<WhyWebhookDisabled, "by_hand">, string>> = {
  gone: "it responded with 410 Gone",
  failing: "it has not accepted any event for five days",
};

/** Notes that an endpoint accepted an event. */
export async function noteSuccess(tx: Writer, webhook: WebhookRow) {
  if (webhook.failingSince) await updateWebhookRow(tx, webhook, { failingSince: null, warnedAt: null });
}

/** Notes that an endpoint did not accept an event; what follows when it does so for long. The webhook's row must be locked. */
export async function noteFailure(tx: Writer, webhook: WebhookRow) {
  const { organizationId, failingSince, warnedAt, url } = webhook;
  if (!failingSince) return void (await updateWebhookRow(tx, webhook, { failingSince: tx.now }));
  const failing = tx.now.getTime() - failingSince.getTime();
  if (failing >= disableAfter) return disableEndpoint(tx, webhook, "failing");
  if (failing < warnAfter || warnedAt) return;
  await updateWebhookRow(tx, webhook, { warnedAt: tx.now });
  await notifyAdmins(tx, organizationId, {
    template: "webhook-failing",
    values: { host: new URL(url).host, since: failingSince },
  });
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
  await record(
    tx,
    { kind: "system" },
    { action: "webhook.disabled", chain: organizationId, target: id, details: { because } },
  );
  await notifyAdmins(tx, organizationId, {
    template: "webhook-disabled",
    values: { host: new URL(url).host, reason: reasons[because] },
  });
}
