import type { Actor } from "../access/actor";
import { permit } from "../access/permit";
import { underLock } from "../access/under-lock";
import { notifyAdmins } from "../api-keys/notices";
import type { App } from "../app";
import type { AuditAction } from "../audit/actions.contract";
import { record } from "../audit/audit";
import { chainLength } from "../audit/audit.sql";
import { newWebhookSecret } from "../crypto/webhook-signatures";
import type { Reader, Writer } from "../db/database";
import { fieldMessages } from "../field-messages.contract";
import { isId, newId, type OrganizationId } from "../ids";
import { planOf } from "../limits/plans";
import { omitUndefined } from "../omit-undefined";
import { OutboundFailed, OutboundRefused } from "../outbound/errors";
import { afterCursor, type PageInput, toPage } from "../paging";
import { invalid, Problem } from "../problems";
import { cancelDeliveries, pauseDeliveries, resumeDeliveries } from "./deliveries.sql";
import {
  countWebhooks,
  deleteWebhookRow,
  findWebhook,
  insertWebhook,
  listWebhooks,
  lockWebhook,
  noteDue,
  updateWebhookRow,
  type WebhookRow,
} from "./webhooks.sql";

/** Milliseconds after a rotation in which the secret before it signs too. */
const secretOverlap = 24 * 3_600_000;

/**
 * Creates an endpoint for an organization's events from now on. The result is the only place its secret is ever seen.
 * @throws Problem VALIDATION_ERROR for a URL that does not lead to the public Internet, PLAN_LIMIT_REACHED
 */
export async function createWebhook(
  app: App,
  actor: Actor,
  organization: string,
  input: { url: string; description?: string | null | undefined; events: string[] },
) {
  await permit(app, actor, organization, "webhooks:create");
  await requireAllowedUrl(app, input.url);
  const secret = newWebhookSecret();
  const verdict = await underLock(app, actor, organization, "webhooks:create", async (tx, { organizationId }, row) => {
    const { webhooks: limit } = planOf(row);
    if ((await countWebhooks(tx, organizationId)) >= limit) {
      return new Problem("PLAN_LIMIT_REACHED", { reason: "webhooks", values: { limit } });
    }
    const id = newId("whk", tx.now.getTime());
    await recordChange(tx, actor, "webhook.created", { organizationId, id }, { host: hostOf(input.url) });
    return insertWebhook(tx, {
      id,
      organizationId,
      url: input.url,
      description: input.description ?? null,
      events: input.events,
      sealedSecret: app.sealer.seal(secret, id),
      startsAfter: await chainLength(tx, organizationId),
      createdAt: tx.now,
      turn: 0,
    });
  });
  if (verdict instanceof Problem) throw verdict;
  return { ...presentWebhook(verdict), secret };
}

export async function listOrganizationWebhooks(app: App, actor: Actor, organization: string, input: PageInput) {
  const { organizationId } = await permit(app, actor, organization, "webhooks:read");
  const after = afterCursor(input.cursor);
  const page = toPage(
    await listWebhooks(app.db.reader, organizationId, { after, limit: input.limit + 1 }),
    input.limit,
  );
  return { ...page, data: page.data.map(presentWebhook) };
}

export async function getWebhook(app: App, actor: Actor, organization: string, id: string) {
  const { organizationId } = await permit(app, actor, organization, "webhooks:read");
  return presentWebhook(await webhookOf(app.db.reader, organizationId, id));
}

/** What of a webhook can be changed; what is left out stays. */
export interface WebhookChange {
  url?: string | undefined;
  description?: string | null | undefined;
  events?: string[] | undefined;
  enabled?: boolean | undefined;
  missedEvents?: "send" | "skip" | undefined;
}

/**
 * Changes a webhook. A new URL is told to the organization's owner and admins by email. A disabled webhook keeps what it misses for 30 days,
 * and gets it, or not, when it is enabled again.
 * @throws Problem VALIDATION_ERROR for a URL that does not lead to the public Internet, NOT_FOUND
 */
export async function updateWebhook(app: App, actor: Actor, organization: string, id: string, input: WebhookChange) {
  await permit(app, actor, organization, "webhooks:update");
  if (input.url !== undefined) await requireAllowedUrl(app, input.url);
  return changeWebhook(app, actor, organization, id, async (tx, webhook) => {
    const { url, description, events, enabled, missedEvents = "send" } = input;
    const isNewUrl = url !== undefined && url !== webhook.url;
    const change = {
      ...omitUndefined({ url, description, events }),
      ...(isNewUrl && { failingSince: null, warnedAt: null }),
    };
    let changed = webhook;
    if (Object.keys(change).length > 0) {
      changed = (await updateWebhookRow(tx, webhook, change))!;
      await recordUpdate(tx, actor, webhook, changed);
    }
    if (enabled === false && !webhook.disabledAt) changed = await disable(tx, actor, changed);
    if (enabled === true && webhook.disabledAt) changed = await enable(tx, actor, changed, missedEvents);
    return presentWebhook(changed);
  });
}

async function recordUpdate(tx: Writer, actor: Actor, before: WebhookRow, after: WebhookRow) {
  const fields = (["url", "description", "events"] as const).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  if (fields.length === 0) return;
  const hosts = before.url !== after.url && { from: hostOf(before.url), to: hostOf(after.url) };
  await recordChange(tx, actor, "webhook.updated", before, { changed: fields, ...hosts });
  if (!hosts) return;
  const values = { ...hosts, at: tx.now };
  await notifyAdmins(tx, before.organizationId, { template: "webhook-url-changed", values });
}

async function disable(tx: Writer, actor: Actor, webhook: WebhookRow): Promise<WebhookRow> {
  const change = { disabledAt: tx.now, disabledBecause: "by_hand" as const, dueAt: null };
  const disabled = await updateWebhookRow(tx, webhook, change);
  await pauseDeliveries(tx, webhook.id);
  await recordChange(tx, actor, "webhook.disabled", webhook, { because: "by_hand" });
  return disabled!;
}

async function enable(tx: Writer, actor: Actor, webhook: WebhookRow, missedEvents: "send" | "skip") {
  const { id, failingSince } = webhook;
  const enabled = await updateWebhookRow(tx, webhook, {
    disabledAt: null,
    disabledBecause: null,
    failingSince: null,
    warnedAt: null,
    ...(missedEvents === "skip" && { startsAfter: await chainLength(tx, webhook.organizationId) }),
  });
  if (missedEvents === "send") await resumeDeliveries(tx, id, failingSince);
  else await cancelDeliveries(tx, id);
  await noteDue(tx, id);
  await recordChange(tx, actor, "webhook.enabled", webhook, { missedEvents });
  return enabled!;
}

/** Replaces the secret. For 24 hours the one before it signs too, so that receivers can be changed without a break. */
export async function rotateWebhookSecret(app: App, actor: Actor, organization: string, id: string) {
  const secret = newWebhookSecret();
  const webhook = await changeWebhook(app, actor, organization, id, async (tx, webhook) => {
    const rotated = await updateWebhookRow(tx, webhook, {
      sealedSecret: app.sealer.seal(secret, webhook.id),
      previousSealedSecret: webhook.sealedSecret,
      previousSecretUntil: new Date(tx.now.getTime() + secretOverlap),
    });
    await recordChange(tx, actor, "webhook.secret_rotated", webhook);
    return presentWebhook(rotated!);
  });
  return { ...webhook, secret };
}

/** Deletes a webhook with everything that waits for it. */
export async function deleteWebhook(app: App, actor: Actor, organization: string, id: string) {
  await underLock(app, actor, organization, "webhooks:delete", async (tx, { organizationId }) => {
    if (!isId("whk", id)) throw new Problem("NOT_FOUND");
    const deleted = await deleteWebhookRow(tx, organizationId, id);
    if (!deleted) throw new Problem("NOT_FOUND");
    await recordChange(tx, actor, "webhook.deleted", deleted, { host: hostOf(deleted.url) });
  });
}

/** Changes a webhook under the organization's and its own lock. @throws Problem NOT_FOUND */
export function changeWebhook<T>(
  app: App,
  actor: Actor,
  organization: string,
  id: string,
  change: (tx: Writer, webhook: WebhookRow) => Promise<T>,
): Promise<T> {
  return underLock(app, actor, organization, "webhooks:update", async (tx, { organizationId }) => {
    const webhook = isId("whk", id) ? await lockWebhook(tx, organizationId, id) : undefined;
    if (!webhook) throw new Problem("NOT_FOUND");
    return change(tx, webhook);
  });
}

/** A webhook of this organization. @throws Problem NOT_FOUND */
export async function webhookOf(db: Reader, organizationId: OrganizationId, id: string): Promise<WebhookRow> {
  const webhook = isId("whk", id) ? await findWebhook(db, organizationId, id) : undefined;
  if (!webhook) throw new Problem("NOT_FOUND");
  return webhook;
}

/** @throws Problem VALIDATION_ERROR, which says why */
async function requireAllowedUrl(app: App, url: string) {
  try {
    await app.outbound.requireAllowed(url);
  } catch (error) {
    if (error instanceof OutboundRefused) throw invalid("url", fieldMessages.refusedUrl[error.reason]);
    if (error instanceof OutboundFailed) throw invalid("url", fieldMessages.refusedUrl.unknown_host);
    throw error;
  }
}

/** Paths and queries of URLs may hold secrets of the receiver; the log and emails hold the host. */
const hostOf = (url: string) => new URL(url).host;

function recordChange(
  tx: Writer,
  actor: Actor,
  action: AuditAction,
  { organizationId, id }: Pick<WebhookRow, "organizationId" | "id">,
  details: Record<string, unknown> = {},
) {
  return record(tx, actor, { action, chain: organizationId, target: id, details });
}

const presentWebhook = (row: WebhookRow) => ({
  ...row,
  status: row.disabledAt ? ("disabled" as const) : ("enabled" as const),
});
