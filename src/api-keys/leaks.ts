import type { Visitor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import { apiKeyHash, isApiKey } from "../crypto/api-key-secrets";
import { findUnrevokedKey, revokeApiKey } from "./api-keys.sql";
import { notifyAdmins } from "./notices";

/**
 * Revokes a leaked key: holding it is the permission to do so. The admins get an email.
 * @param source where it was found, for the log
 * @returns whether there was a key that was not revoked
 */
export async function revokeLeaked(app: App, finder: Visitor, key: string, source?: string): Promise<boolean> {
  if (!isApiKey(key)) return false;
  const found = await findUnrevokedKey(app.db.reader, apiKeyHash(key));
  if (!found) return false;
  return app.db.write(async (tx) => {
    const revoked = await revokeApiKey(tx, found.organizationId, found.id);
    if (!revoked) return false;
    const { id, organizationId, name, prefix } = revoked;
    await record(
      tx,
      { kind: "system" },
      {
        action: "api_key.leaked",
        chain: organizationId,
        target: id,
        details: { name, reportedFrom: finder.origin.ip, ...(source && { source }) },
      },
    );
    await notifyAdmins(tx, organizationId, { template: "key-leaked", values: { name, prefix } });
    return true;
  });
}
