import { type Actor, userIdOf } from "../access/actor";
import { permit } from "../access/permit";
import { underLock } from "../access/under-lock";
import { notifyAdmins } from "../api-keys/notices";
import type { App } from "../app";
import { record } from "../audit/audit";
import { chainLength } from "../audit/audit.sql";
import type { Reader } from "../db/database";
import type { WhyWebhookDisabled } from "../db/tables";
import { fieldMessages } from "../field-messages.contract";
import { invalid, Problem } from "../problems";
import { requireAllowedUrl } from "../webhooks/allowed-url";
import {
  type AuditStreamRow,
  deleteAuditStream,
  findAuditStream,
  insertAuditStream,
  updateAuditStream,
} from "./audit-streams.sql";

/** Where a stream goes. */
export interface AuditStreamInput {
  url: string;
  token?: string | undefined;
  from?: "oldest" | "now" | undefined;
}

/**
 * Streams the audit log of an organization to a URL, or changes that. A stream that was disabled goes on. The admins hear of a new URL by email.
 * @throws Problem VALIDATION_ERROR for a URL that does not lead to the public Internet, and for a new URL without its token
 */
export async function setAuditStream(app: App, actor: Actor, organization: string, input: AuditStreamInput) {
  await permit(app, actor, organization, "audit-logs:stream");
  await requireAllowedUrl(app, input.url);
  return underLock(app, actor, organization, "audit-logs:stream", async (tx, { organizationId }) => {
    const before = await findAuditStream(tx, organizationId);
    const { url, token, from } = input;
    // A token is for the receiver it was given for. Another URL may lead to another one.
    if (token === undefined && url !== before?.url) throw invalid("token", fieldMessages.required);
    const position = from === "now" ? await chainLength(tx, organizationId) : from === "oldest" ? 0 : undefined;
    const change = {
      url,
      ...(token !== undefined && { sealedToken: app.sealer.seal(token, organizationId) }),
      ...(position !== undefined && { position }),
      setUpById: userIdOf(actor),
      setUpByKeyId: actor.kind === "key" ? actor.keyId : null,
      disabledAt: null,
      disabledBecause: null,
      failingSince: null,
      lastFailure: null,
      warnedAt: null,
      failures: 0,
      dueAt: tx.now,
      turn: (before?.turn ?? 0) + 1,
    };
    const details = { host: new URL(url).host, ...(from && { from }) };
    await record(tx, actor, { action: "audit_stream.set_up", chain: organizationId, target: organizationId, details });
    if (url !== before?.url) {
      const values = { to: new URL(url).host, at: tx.now };
      await notifyAdmins(tx, organizationId, { template: "audit-stream-set-up", values });
    }
    const row = before
      ? (await updateAuditStream(tx, organizationId, change))!
      : await insertAuditStream(tx, {
          organizationId,
          position: 0,
          createdAt: tx.now,
          ...change,
          sealedToken: change.sealedToken!,
        });
    return presentStream(tx, row);
  });
}

/** @throws Problem NOT_FOUND where nothing is streamed */
export async function getAuditStream(app: App, actor: Actor, organization: string) {
  const { organizationId } = await permit(app, actor, organization, "audit-logs:stream");
  const row = await findAuditStream(app.db.reader, organizationId);
  if (!row) throw new Problem("NOT_FOUND");
  return presentStream(app.db.reader, row);
}

/** @throws Problem NOT_FOUND where nothing is streamed */
export async function removeAuditStream(app: App, actor: Actor, organization: string) {
  await underLock(app, actor, organization, "audit-logs:stream", async (tx, { organizationId }) => {
    const row = await deleteAuditStream(tx, organizationId);
    if (!row) throw new Problem("NOT_FOUND");
    const details = { host: new URL(row.url).host };
    await record(tx, actor, { action: "audit_stream.deleted", chain: organizationId, target: organizationId, details });
  });
}

const presentStream = async (db: Reader, row: AuditStreamRow) => ({
  ...row,
  disabledBecause: row.disabledBecause as Exclude<WhyWebhookDisabled, "by_hand"> | null,
  status: row.disabledAt ? ("disabled" as const) : ("enabled" as const),
  length: await chainLength(db, row.organizationId),
});
