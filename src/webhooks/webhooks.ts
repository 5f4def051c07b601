import type { App } from "../app";
import { chainLength } from "../audit/audit.sql";
import { newWebhookSecret, publicKeyOf, type SignatureScheme } from "../crypto/webhook-signatures";
import type { Reader, Writer } from "../db/database";
import { isId, newId, type OrganizationId } from "../ids";
import { omitUndefined } from "../omit-undefined";
import { afterCursor, type PageInput, toPage } from "../paging";
import { Problem } from "../problems";
import { requireAllowedUrl } from "./allowed-url";
import { cancelDeliveries, resumeDeliveries } from "./deliveries.sql";
import { disableWebhook } from "./health";
import { notifyOwner, permitOn, recordFor, setUpBy, underOwnerLock, type WebhookOwner } from "./owner";
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
 * Creates an endpoint for events from now on. The result is the only place its secret is ever seen; of a key pair only the public key leaves.
 * @throws Problem VALIDATION_ERROR for a URL that does not lead to the public Internet, PLAN_LIMIT_REACHED
 */
export async function createWebhook(
  app: App,
  owner: WebhookOwner,
  input: {
    url: string;
    description?: string | null | undefined;
    events: string[];
    signatureScheme?: SignatureScheme | undefined;
  },
) {
  await permitOn(app, owner, "webhooks:create");
  await requireAllowedUrl(app, input.url);
  const { signatureScheme = "v1" } = input;
  const secret = newWebhookSecret(signatureScheme);
  const verdict = await underOwnerLock(app, owner, "webhooks:create", async (tx, organizationId, limit) => {
    if ((await countWebhooks(tx, organizationId)) >= limit) {
      return new Problem("PLAN_LIMIT_REACHED", { reason: "webhooks", values: { limit } });
    }
    const id = newId("whk", tx.now.getTime());
    await recordFor(tx, owner, "webhook.created", { organizationId, id }, { host: hostOf(input.url) });
    return insertWebhook(tx, {
      id,
      organizationId,
      url: input.url,
      description: input.description ?? null,
      events: input.events,
      signatureScheme,
      sealedSecret: app.sealer.seal(secret, id),
      publicKey: publicKeyOf(secret),
      ...setUpBy(owner),
      ...(await fromNowOn(tx, organizationId)),
      createdAt: tx.now,
      turn: 0,
    });
  });
  if (verdict instanceof Problem) throw verdict;
  return withSecret(verdict, secret);
}

/** Leaves out what happened before this moment. */
const fromNowOn = async (tx: Writer, organizationId: OrganizationId | null) =>
  organizationId ? { startsAfter: await chainLength(tx, organizationId) } : { startsAfter: 0, startsAt: tx.now };

export async function listWebhooksOf(app: App, owner: WebhookOwner, input: PageInput) {
  const organizationId = await permitOn(app, owner, "webhooks:read");
  const after = afterCursor(input.cursor);
  const page = toPage(
    await listWebhooks(app.db.reader, organizationId, { after, limit: input.limit + 1 }),
    input.limit,
  );
  return { ...page, data: page.data.map(presentWebhook) };
}

export async function getWebhook(app: App, owner: WebhookOwner, id: string) {
  const organizationId = await permitOn(app, owner, "webhooks:read");
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
 * Changes a webhook. A new URL is told to the owner and the admins of its organization by email. A disabled webhook keeps what it misses for 30
 * days, and gets it, or not, when it is enabled again.
 * @throws Problem VALIDATION_ERROR for a URL that does not lead to the public Internet, NOT_FOUND
 */
export async function updateWebhook(app: App, owner: WebhookOwner, id: string, input: WebhookChange) {
  await permitOn(app, owner, "webhooks:update");
  if (input.url !== undefined) await requireAllowedUrl(app, input.url);
  return changeWebhook(app, owner, id, async (tx, webhook) => {
    const { url, description, events, enabled, missedEvents = "send" } = input;
    const isNewUrl = url !== undefined && url !== webhook.url;
    const change = {
      ...omitUndefined({ url, description, events }),
      ...(isNewUrl && { failingSince: null, warnedAt: null, slow: false, ...setUpBy(owner) }),
    };
    let changed = webhook;
    if (Object.keys(change).length > 0) {
      changed = (await updateWebhookRow(tx, webhook, change))!;
      await recordUpdate(tx, owner, webhook, changed);
    }
    if (enabled === false && !webhook.disabledAt) changed = await disable(tx, owner, changed);
    if (enabled === true && webhook.disabledAt) changed = await enable(tx, owner, changed, missedEvents);
    return presentWebhook(changed);
  });
}

async function recordUpdate(tx: Writer, owner: WebhookOwner, before: WebhookRow, after: WebhookRow) {
  const fields = (["url", "description", "events"] as const).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  if (fields.length === 0) return;
  const hosts = before.url !== after.url && { from: hostOf(before.url), to: hostOf(after.url) };
  await recordFor(tx, owner, "webhook.updated", before, { changed: fields, ...hosts });
  if (!hosts) return;
  const values = { ...hosts, at: tx.now };
  await notifyOwner(tx, before.organizationId, { template: "webhook-url-changed", values });
}

async function disable(tx: Writer, owner: WebhookOwner, webhook: WebhookRow): Promise<WebhookRow> {
  const disabled = await disableWebhook(tx, webhook, "by_hand");
  await recordFor(tx, owner, "webhook.disabled", webhook, { because: "by_hand" });
  return disabled;
}

async function enable(tx: Writer, owner: WebhookOwner, webhook: WebhookRow, missedEvents: "send" | "skip") {
  const { id, organizationId, failingSince } = webhook;
  const enabled = await updateWebhookRow(tx, webhook, {
    disabledAt: null,
    disabledBecause: null,
    failingSince: null,
    warnedAt: null,
    ...(missedEvents === "skip" && (await fromNowOn(tx, organizationId))),
  });
  if (missedEvents === "send") await resumeDeliveries(tx, id, failingSince);
  else await cancelDeliveries(tx, id);
  await noteDue(tx, id);
  await recordFor(tx, owner, "webhook.enabled", webhook, { missedEvents });
  return enabled!;
}

/** Replaces the secret, or the key pair. For 24 hours the one before it signs too, so that receivers can be changed without a break. */
export async function rotateWebhookSecret(app: App, owner: WebhookOwner, id: string) {
  return changeWebhook(app, owner, id, async (tx, webhook) => {
    const secret = newWebhookSecret(webhook.signatureScheme);
    const rotated = await updateWebhookRow(tx, webhook, {
      sealedSecret: app.sealer.seal(secret, webhook.id),
      publicKey: publicKeyOf(secret),
      previousSealedSecret: webhook.sealedSecret,
      previousSecretUntil: new Date(tx.now.getTime() + secretOverlap),
      ...setUpBy(owner),
    });
    await recordFor(tx, owner, "webhook.secret_rotated", webhook);
    return withSecret(rotated!, secret);
  });
}

/** Deletes a webhook with everything that waits for it. */
export async function deleteWebhook(app: App, owner: WebhookOwner, id: string) {
  await underOwnerLock(app, owner, "webhooks:delete", async (tx, organizationId) => {
    if (!isId("whk", id)) throw new Problem("NOT_FOUND");
    const deleted = await deleteWebhookRow(tx, organizationId, id);
    if (!deleted) throw new Problem("NOT_FOUND");
    await recordFor(tx, owner, "webhook.deleted", deleted, { host: hostOf(deleted.url) });
  });
}

/** Changes a webhook under its owner's lock and its own. @throws Problem NOT_FOUND */
export function changeWebhook<T>(
  app: App,
  owner: WebhookOwner,
  id: string,
  change: (tx: Writer, webhook: WebhookRow) => Promise<T>,
): Promise<T> {
  return underOwnerLock(app, owner, "webhooks:update", async (tx, organizationId) => {
    const webhook = isId("whk", id) ? await lockWebhook(tx, organizationId, id) : undefined;
    if (!webhook) throw new Problem("NOT_FOUND");
    return change(tx, webhook);
  });
}

/** A webhook of this organization, or of the installation. @throws Problem NOT_FOUND */
export async function webhookOf(db: Reader, organizationId: OrganizationId | null, id: string): Promise<WebhookRow> {
  const webhook = isId("whk", id) ? await findWebhook(db, organizationId, id) : undefined;
  if (!webhook) throw new Problem("NOT_FOUND");
  return webhook;
}

/** Paths and queries of URLs may hold secrets of the receiver; the log and emails hold the host. */
const hostOf = (url: string) => new URL(url).host;

const presentWebhook = (row: WebhookRow) => ({
  ...row,
  status: row.disabledAt ? ("disabled" as const) : ("enabled" as const),
});

const withSecret = (row: WebhookRow, secret: string) => ({
  ...presentWebhook(row),
  secret: row.publicKey ?? secret,
});
