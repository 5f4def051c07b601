import type { Actor } from "../access/actor";
import { type AuditActor, record } from "../audit/audit";
import type { Writer } from "../db/database";
import type { OrganizationId, UserId } from "../ids";
import { disableKeysEverywhere, disableKeysOf, moveKeys } from "./api-keys.sql";

/** What happens to a member's keys when they leave: they are disabled, or handed over to another member. */
export type KeysOfLeaver = "disable" | { handOverTo: UserId };

/**
 * Hands over or disables the keys of a user who leaves an organization, in the transaction in which they leave. A key that is handed over
 * can do at most what its new owner may; one that is disabled stays disabled if the user returns.
 */
export async function reassignOrDisableKeys(
  tx: Writer,
  actor: Actor,
  organizationId: OrganizationId,
  leaver: UserId,
  choice: KeysOfLeaver,
) {
  const handOver = choice !== "disable";
  const keys = handOver
    ? await moveKeys(tx, organizationId, leaver, choice.handOverTo)
    : await disableKeysOf(tx, organizationId, leaver, "creator_left");
  for (const { id, name } of keys) {
    await record(tx, actor, {
      action: handOver ? "api_key.handed_over" : "api_key.disabled",
      chain: organizationId,
      target: id,
      details: { name, from: leaver, ...(handOver && { to: choice.handOverTo }) },
    });
  }
}

/**
 * Disables the API keys that were created under an account since a time, in the transaction in which its owner takes it back; how many there were.
 */
export async function disableKeysAfterTakeover(
  tx: Writer,
  auditActor: AuditActor,
  userId: UserId,
  since: Date,
): Promise<number> {
  const keys = await disableKeysEverywhere(tx, userId, since, "account_reset");
  for (const { id, name, organizationId } of keys) {
    const details = { name, from: userId };
    await record(tx, auditActor, { action: "api_key.disabled", chain: organizationId, target: id, details });
  }
  return keys.length;
}
