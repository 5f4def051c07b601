import { hash } from "node:crypto";
import type { Visitor } from "../access/actor";
import type { App } from "../app";
import type { GrantType } from "../db/tables";
import { newId } from "../ids";
import { takeNetworkAttempt } from "../limits/network-attempts";
import { Problem } from "../problems";
import {
  type ClientRow,
  findClientByFingerprint,
  insertClient,
  makeRoomForUnconfirmed,
  plainClient,
} from "./clients.sql";

/** Registrations of one network within an hour. */
const maxAnHour = 20;
/** Clients that no one has let act for them; a further one takes the place of the oldest. */
const maxUnconfirmed = 2_000;

/**
 * Registers an app that asks for it (RFC 7591), where the operator allows that. The same metadata gives the same client, so an app that registers
 * at each start leaves one; a client that no one lets act for them is gone after an hour.
 * @throws Problem NOT_FOUND where it is turned off, RATE_LIMITED
 */
export async function registerClient(
  app: App,
  { origin }: Visitor,
  metadata: {
    client_name?: string | undefined;
    client_uri?: string | undefined;
    redirect_uris: string[];
    grant_types: GrantType[];
  },
) {
  if (!app.config.oauthRegistration) throw new Problem("NOT_FOUND");
  const { client_name: name = "Unnamed app", client_uri: uri = null, redirect_uris: redirectUris } = metadata;
  const grantTypes = metadata.grant_types;
  const fingerprint = hash("sha256", JSON.stringify([name, uri, redirectUris.toSorted(), grantTypes]), "base64url");
  const client = await app.db.write(async (tx) => {
    const known = await findClientByFingerprint(tx, fingerprint);
    if (known) return known;
    if (!(await takeNetworkAttempt(tx, "registrations", origin.ip, maxAnHour, 3_600_000))) return undefined;
    const row: ClientRow = {
      ...plainClient,
      id: newId("cli", tx.now.getTime()),
      kind: "dynamic",
      name,
      uri,
      redirectUris,
      grantTypes,
      fingerprint,
      createdAt: tx.now,
    };
    await makeRoomForUnconfirmed(tx, maxUnconfirmed);
    return (await insertClient(tx, row)) ?? (await findClientByFingerprint(tx, fingerprint));
  });
  if (!client) throw new Problem("RATE_LIMITED", { retryAfter: 600 });
  return {
    client_id: client.id,
    client_id_issued_at: Math.floor(client.createdAt.getTime() / 1000),
    client_name: client.name,
    client_uri: client.uri ?? undefined,
    redirect_uris: client.redirectUris,
    grant_types: client.grantTypes,
    response_types: ["code"],
    token_endpoint_auth_method: "none" as const,
  };
}
