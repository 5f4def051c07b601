import { disableKeysAfterTakeover } from "../api-keys/creators";
import { type AuditActor, record } from "../audit/audit";
import { disableStreamsSince } from "../audit-streams/audit-streams.sql";
import type { Writer } from "../db/database";
import { deleteIdentities } from "../identities/identities.sql";
import type { UserId } from "../ids";
import { closeInvitationsSince } from "../invitations/invitations.sql";
import { endAndRecord } from "../oauth/grants";
import { deletePasskeys } from "../passkeys/passkeys.sql";
import { revokeTokensAfterTakeover } from "../personal-tokens/takeover";
import { deleteKnownSources } from "../sessions/known-sources.sql";
import { deleteDevices } from "../two-factor/devices.sql";
import { deleteBackupCodesSince, deleteTwoFactor, findTwoFactor } from "../two-factor/two-factor.sql";
import { pauseDeliveries } from "../webhooks/deliveries.sql";
import { disableWebhooksSince } from "../webhooks/webhooks.sql";
import { deleteTrustsSince } from "../workload-identity/trusts.sql";

/**
 * Removes every way into an account that was added since a time, because someone else may have added it: the second factor, backup codes, passkeys, identities, trusted
 * devices, API keys, personal access tokens, connected apps, what may stand in for older keys, pending invitations, and webhooks. Sessions, tickets and the password
 * are for the caller to end.
 * @returns in words for an email, what was removed; "nothing" where there was nothing
 */
export async function removeAddedAccess(
  tx: Writer,
  auditActor: AuditActor,
  userId: UserId,
  since: Date,
): Promise<string> {
  const factor = await findTwoFactor(tx, userId);
  const twoFactor = factor !== undefined && (factor.enabledAt ?? factor.createdAt) >= since;
  const backupCodes = await deleteBackupCodesSince(tx, userId, since);
  const devices = await deleteDevices(tx, userId, since);
  const passkeys = await deletePasskeys(tx, userId, since);
  const identities = await deleteIdentities(tx, userId, since);
  if (twoFactor) await deleteTwoFactor(tx, userId);
  const { invitations, webhooks } = await endWhatWasSetUp(tx, auditActor, userId, since);
  const apiKeys = await disableKeysAfterTakeover(tx, auditActor, userId, since);
  const tokens = await revokeTokensAfterTakeover(tx, auditActor, userId, since);
  const trusts = await deleteTrustsSince(tx, userId, since);
  const apps = await endAndRecord(tx, auditActor, { userId, since }, "account_recovered");
  await deleteKnownSources(tx, userId, since);

  const isOn = twoFactor && factor.enabledAt !== null;
  const removed = {
    twoFactor: isOn,
    backupCodes,
    passkeys,
    identities,
    devices,
    apiKeys,
    personalTokens: tokens,
    trusts,
    apps,
    invitations,
    webhooks,
  };
  const words = [
    removed.twoFactor && "two-factor authentication",
    backupCodes > 0 && !removed.twoFactor && "the backup codes",
    passkeys > 0 && counted(passkeys, "passkey"),
    identities > 0 && counted(identities, "account elsewhere", "accounts elsewhere"),
    devices > 0 && counted(devices, "trusted device"),
    apiKeys > 0 && counted(apiKeys, "API key"),
    apps > 0 && counted(apps, "connected app"),
    tokens > 0 && counted(tokens, "personal access token"),
    trusts > 0 && counted(trusts, "workload identity", "workload identities"),
    invitations > 0 && counted(invitations, "pending invitation"),
    webhooks > 0 && counted(webhooks, "webhook"),
  ].filter(Boolean);
  if (removed.twoFactor) {
    await record(tx, auditActor, { action: "two_factor.disabled", chain: userId, details: { because: "recovery" } });
  }
  if (words.length > 0) {
    await record(tx, auditActor, {
      action: "user.added_access_removed",
      chain: userId,
      target: userId,
      details: removed,
    });
  }
  return words.length > 0 ? words.join(", ") : "nothing";
}

/** Cancels the invitations that the account sent since a time, and disables the webhooks and audit streams that it set up. */
async function endWhatWasSetUp(tx: Writer, auditActor: AuditActor, userId: UserId, since: Date) {
  const because = "account_reset";
  const canceled = await closeInvitationsSince(tx, userId, since);
  const webhooks = await disableWebhooksSince(tx, userId, since);
  for (const { id } of webhooks) await pauseDeliveries(tx, id);
  const streams = await disableStreamsSince(tx, userId, since);
  for (const { organizationId: chain, id: target, email, role } of canceled) {
    const details = { email, role, reason: because };
    await record(tx, auditActor, { action: "invitation.canceled", chain, target, details });
  }
  for (const { organizationId: chain, id: target } of webhooks) {
    if (chain) await record(tx, auditActor, { action: "webhook.disabled", chain, target, details: { because } });
  }
  for (const { organizationId: chain } of streams) {
    await record(tx, auditActor, { action: "audit_stream.disabled", chain, target: chain, details: { because } });
  }
  return { invitations: canceled.length, webhooks: webhooks.length + streams.length };
}

const counted = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
