import type { Operator } from "../access/actor";
import { presentApiKey, requireKey, statusContext } from "../api-keys/api-keys";
import { findOrganizationOfKey, type KeyFilter, listApiKeys, revokeApiKey } from "../api-keys/api-keys.sql";
import type { App } from "../app";
import { record } from "../audit/audit";
import { type ApiKeyId, isId, type OrganizationId } from "../ids";
import { lockAnyOrganization } from "../organizations/organizations.sql";
import { afterCursor, type PageInput, toPage } from "../paging";
import { Problem } from "../problems";

type Machine = Extract<Operator, { kind: "system" }>;

/** The keys of an organization, whatever its state. */
export async function listKeys(
  app: App,
  _machine: Machine,
  organizationId: OrganizationId,
  { limit, cursor, ...filter }: PageInput & KeyFilter,
) {
  const page = { after: afterCursor(cursor), limit: limit + 1 };
  const rows = await listApiKeys(app.db.reader, organizationId, filter, statusContext(app, app.clock.date()), page);
  return toPage(
    rows.map((found) => presentApiKey(app, found)),
    limit,
  );
}

/** A key of any organization. @throws Problem NOT_FOUND */
export async function getKey(app: App, _machine: Machine, keyId: string) {
  const { organizationId, id } = await requireAnyKey(app, keyId);
  return presentApiKey(app, await requireKey(app.db.reader, organizationId, id));
}

/** Revokes a key of any organization; the reason is in its audit log. @throws Problem NOT_FOUND */
export async function revokeAnyKey(app: App, machine: Machine, keyId: string, { reason }: { reason: string }) {
  const { organizationId, id } = await requireAnyKey(app, keyId);
  await app.db.write(async (tx) => {
    await lockAnyOrganization(tx, organizationId);
    const revoked = await revokeApiKey(tx, organizationId, id);
    if (!revoked) return;
    const details = { name: revoked.name, reason };
    await record(tx, machine, { action: "api_key.revoked", chain: organizationId, target: id, details });
  });
  return getKey(app, machine, keyId);
}

/** @throws Problem NOT_FOUND */
export async function requireAnyKey(
  app: App,
  keyId: string,
): Promise<{ organizationId: OrganizationId; id: ApiKeyId }> {
  const organizationId = isId("key", keyId) ? await findOrganizationOfKey(app.db.reader, keyId) : undefined;
  if (!organizationId) throw new Problem("NOT_FOUND");
  return { organizationId, id: keyId as ApiKeyId };
}
