import type { RegistrationResponseJSON } from "@simplewebauthn/server";
import type { UserActor } from "../access/actor";
import { lockLiveUser } from "../access/live-user";
import type { App } from "../app";
import { record } from "../audit/audit";
import { consumeChallenge } from "../challenges/challenges.sql";
import { UniqueViolation } from "../db/database";
import { isId, newId, type SessionId, type UserId } from "../ids";
import { Problem } from "../problems";
import { deviceName } from "../sessions/devices";
import { endSessionsOf } from "../sessions/sessions.sql";
import { emailUser } from "../users/email-user";
import { type Identity, reauthenticate } from "../users/reauthenticate";
import { isOnlyWayIn } from "../users/ways-in";
import {
  countPasskeys,
  deletePasskey,
  insertPasskey,
  listPasskeyRows,
  type PasskeyRow,
  updatePasskeyName,
} from "./passkeys.sql";
import { challengeLife, creationOptions, userHandle, verifyCreation } from "./webauthn";

/** Passkeys a user may have. */
const maxPasskeys = 20;

/** For whom a passkey may be created: the session that confirmed the identity, and no other. */
interface Creation {
  userId: UserId;
  sessionId: SessionId;
}

export async function listPasskeys(app: App, { userId }: Pick<UserActor, "userId">) {
  return { data: (await listPasskeyRows(app.db.reader, userId)).map(presentPasskey), nextCursor: null };
}

/** What a browser needs to create a passkey. Nothing is stored. @throws Problem as `reauthenticate` */
export async function startPasskeyCreation(app: App, actor: UserActor, identity: Identity) {
  const user = await reauthenticate(app, actor, identity);
  const { userId, sessionId } = actor;
  const content: Creation = { userId, sessionId };
  const challenge = app.challenges.issue("passkey-creation", content, app.clock.now() + challengeLife);
  return creationOptions(app, { user, challenge, existing: await listPasskeyRows(app.db.reader, userId) });
}

/**
 * Adds a passkey that was created with the options of `startPasskeyCreation`, in the same session.
 * @throws Problem INVALID_PASSKEY, CONFLICT for one that is registered already, and beyond twenty
 */
export async function addPasskey(
  app: App,
  actor: UserActor,
  { passkey: response, name }: { passkey: RegistrationResponseJSON; name?: string | undefined },
) {
  const created = await verifyCreation<Creation>(app, response);
  const { userId, sessionId } = created.challenge.content;
  if (userId !== actor.userId || sessionId !== actor.sessionId) throw new Problem("INVALID_PASSKEY");
  const { credential } = created;
  const added = await app.db
    .write(async (tx) => {
      await lockLiveUser(tx, actor);
      if (!(await consumeChallenge(tx, created.challenge))) return new Problem("INVALID_PASSKEY");
      if ((await countPasskeys(tx, userId)) >= maxPasskeys) {
        return new Problem("CONFLICT", { reason: "too_many_passkeys", values: { limit: maxPasskeys } });
      }
      const row = await insertPasskey(tx, {
        id: newId("pky", tx.now.getTime()),
        userId,
        credentialId: credential.id,
        publicKey: Buffer.from(credential.publicKey).toString("base64url"),
        counter: credential.counter,
        transports: credential.transports ?? [],
        backupEligible: created.credentialDeviceType === "multiDevice",
        backedUp: created.credentialBackedUp,
        aaguid: created.aaguid,
        name: name ?? deviceName(actor.origin.userAgent),
        createdAt: tx.now,
        lastUsedAt: null,
      });
      await emailUser(tx, userId, "passkey-added", { name: row.name, at: tx.now, ip: actor.origin.ip });
      await record(tx, actor, { action: "passkey.added", chain: userId, target: row.id });
      return row;
    })
    .catch((error) => {
      throw error instanceof UniqueViolation ? new Problem("CONFLICT", { reason: "passkey_exists" }) : error;
    });
  if (added instanceof Problem) throw added;
  return presentPasskey(added);
}

/** Renames a passkey. @throws Problem as `reauthenticate`, NOT_FOUND */
export async function renamePasskey(
  app: App,
  actor: UserActor,
  id: string,
  { name, ...identity }: Identity & { name: string },
) {
  await reauthenticate(app, actor, identity);
  const renamed = await app.db.write(async (tx) => {
    await lockLiveUser(tx, actor);
    const row = isId("pky", id) && (await updatePasskeyName(tx, actor.userId, id, name));
    if (!row) return undefined;
    await emailUser(tx, actor.userId, "passkey-renamed", { name, at: tx.now });
    await record(tx, actor, { action: "passkey.renamed", chain: actor.userId, target: row.id });
    return row;
  });
  if (!renamed) throw new Problem("NOT_FOUND");
  return presentPasskey(renamed);
}

/**
 * Removes a passkey. The user's other sessions end, because the device it was on may be lost.
 * @returns what `PublicKeyCredential.signalAllAcceptedCredentials` takes, so that the passkey disappears from the user's devices
 * @throws Problem as `reauthenticate`, NOT_FOUND, CONFLICT for the last way into the account
 */
export async function removePasskey(app: App, actor: UserActor, id: string, identity: Identity) {
  const { userId } = actor;
  await reauthenticate(app, actor, identity);
  const refused = await app.db.write(async (tx) => {
    const user = await lockLiveUser(tx, actor);
    const row = (await listPasskeyRows(tx, userId)).find((passkey) => passkey.id === id);
    if (!row) return new Problem("NOT_FOUND");
    if (await isOnlyWayIn(app, tx, user)) return new Problem("CONFLICT", { reason: "last_way_in" });
    await deletePasskey(tx, userId, row.id);
    await endSessionsOf(tx, userId, "passkey_removed", actor.sessionId);
    await emailUser(tx, userId, "passkey-removed", { name: row.name, at: tx.now, ip: actor.origin.ip });
    await record(tx, actor, { action: "passkey.removed", chain: userId, target: row.id });
    return undefined;
  });
  if (refused) throw refused;
  const left = await listPasskeyRows(app.db.reader, userId);
  return {
    rpId: app.config.passkeyDomain,
    userId: userHandle(userId),
    allAcceptedCredentialIds: left.map(({ credentialId }) => credentialId),
  };
}

const presentPasskey = ({ publicKey: _, counter: __, ...row }: PasskeyRow) => row;
