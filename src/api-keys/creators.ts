import type { Actor } from "../access/actor";
import { expandAll, type Permission, permissionsOfRole } from "../access/permissions";
import { type AuditActor, record, recordAll } from "../audit/audit";
import type { Writer } from "../db/database";
import type { UserId } from "../ids";
import type { Membership } from "../members/members.sql";
import { disableKeysEverywhere, disableKeysOf, listLiveKeysOf, updateApiKey } from "./api-keys.sql";

/** What becomes of the API keys of a member who leaves: they are disabled, or another member becomes their creator. */
export type KeysOfLeaver = "disable" | { handOverTo: UserId; within: ReadonlySet<Permission> };

type Leaver = Pick<Membership, "organizationId" | "userId" | "role" | "grants">;

/**
 * Settles the API keys of a member who leaves an organization, in the transaction in which they leave. A handed over key can do no more than
 * it could under the member who leaves, and no more than the actor who hands it over may: its scopes are narrowed to that for good, or a key
 * that had been narrowed with its creator would regain everything under a higher one. What is left with nothing is disabled.
 * @param choice `within`: what the actor who hands over may do
 */
export async function reassignOrDisableKeys(tx: Writer, actor: Actor, leaver: Leaver, choice: KeysOfLeaver) {
  const { organizationId, userId } = leaver;
  if (choice !== "disable") await handKeysOver(tx, actor, leaver, choice);
  const disabled = await disableKeysOf(tx, organizationId, userId, "creator_left");
  const events = disabled.map(({ id, name }) => ({
    action: "api_key.disabled" as const,
    target: id,
    details: { name, from: userId },
  }));
  await recordAll(tx, actor, organizationId, events);
}

async function handKeysOver(
  tx: Writer,
  actor: Actor,
  { organizationId, userId, role, grants }: Leaver,
  { handOverTo, within }: Exclude<KeysOfLeaver, "disable">,
) {
  const permissions = permissionsOfRole(role, grants).intersection(within);
  for (const { id, name, scopes } of await listLiveKeysOf(tx, organizationId, userId)) {
    const granted = expandAll(scopes);
    const kept = granted.intersection(permissions);
    if (kept.size === 0) continue;
    const narrowed = kept.size < granted.size && { scopes: [...kept] };
    await updateApiKey(tx, organizationId, id, { creatorId: handOverTo, ...narrowed });
    await record(tx, actor, {
      action: "api_key.handed_over",
      chain: organizationId,
      target: id,
      details: { name, from: userId, to: handOverTo, ...narrowed },
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
