import { randomInt } from "node:crypto";
import type { UserActor, Visitor } from "../access/actor";
import { lockLiveUser } from "../access/live-user";
import type { App } from "../app";
import type { Reader } from "../db/database";
import { isId, newId } from "../ids";
import { takeAttempt } from "../limits/attempts.sql";
import { networkOf } from "../limits/network";
import { takeNetworkAttempt } from "../limits/network-attempts";
import { lockAnyOrganization } from "../organizations/organizations.sql";
import { Problem } from "../problems";
import { deviceName } from "../sessions/devices";
import { pagesUrl, requireGrantType } from "./authorization";
import { requireClient } from "./clients";
import { deviceGrant } from "./clients.contract";
import type { ClientRow } from "./clients.sql";
import { type Asked, describeConsent, requireAgreed } from "./consent";
import {
  type DeviceCodeRow,
  decideCode,
  findPendingCode,
  insertDeviceCode,
  lockDeviceCode,
  redeemDeviceCode,
  setGrant,
  setPoll,
} from "./devices.sql";
import { giveGrant, grantRefreshLife, requireActing, tokensOf } from "./grants";
import { redeemGrant } from "./grants.sql";
import { findResource } from "./resources";
import { readScopes } from "./scopes";

/** Milliseconds in which the code is typed. */
const codeLife = 10 * 60_000;
/** Seconds between two questions of a device, and by how many each that comes too early makes it longer. */
const pollInterval = 5;
const slowDown = 5;
/** Devices of one network that can begin within the life of a code. */
const maxWaiting = 20;
/** Codes that a user can type within the life of one. */
const maxTyped = 20;

/** Without vowels, so that no code is a word, and without characters that look like others. */
const alphabet = "BCDFGHJKLMNPQRSTVWXZ";
const codeLength = 8;

/**
 * Begins the connection of a device without a browser (RFC 8628): it gets a code to ask with, and one that its user types on a page. There is no
 * link that contains the code, because who follows a link of someone else has not looked at their own device.
 * @throws Problem UNAUTHORIZED_CLIENT, INVALID_SCOPE, INVALID_TARGET, RATE_LIMITED
 */
export async function startDevice(
  app: App,
  { origin }: Visitor,
  client: ClientRow,
  sent: { scope: string | undefined; resource: string | undefined },
) {
  requireGrantType(client, deviceGrant);
  const scopes = readScopes(sent.scope, client.scopes);
  const resource = findResource(app.config, sent.resource);
  if (resource === undefined) throw new Problem("INVALID_TARGET");
  const { ip, userAgent } = origin;
  const network = networkOf(ip);
  const candidates = Array.from({ length: 3 }, newUserCode);
  const code = await app.db.write(async (tx) => {
    if (!(await takeNetworkAttempt(tx, "devices", ip, maxWaiting, codeLife))) return undefined;
    const now = tx.now.getTime();
    const row = {
      id: newId("dvc", now),
      clientId: client.id,
      scopes,
      resource,
      ip,
      network,
      userAgent,
      interval: pollInterval,
      nextPollAt: tx.now,
      state: "pending" as const,
      grantId: null,
      createdAt: tx.now,
      expiresAt: new Date(now + codeLife),
    };
    for (const userCode of candidates)
      if (await insertDeviceCode(tx, { ...row, userCode })) return { ...row, userCode };
    return undefined;
  });
  if (!code) throw new Problem("RATE_LIMITED", { retryAfter: 60 });
  return {
    device_code: app.deviceCodes.write(code.id),
    user_code: `${code.userCode.slice(0, 4)}-${code.userCode.slice(4)}`,
    verification_uri: `${pagesUrl(app)}/device`,
    expires_in: codeLife / 1000,
    interval: pollInterval,
  };
}

const newUserCode = () => Array.from({ length: codeLength }, () => alphabet[randomInt(alphabet.length)]!).join("");

/**
 * Answers the question of a device whether its user has agreed. Who asks too often waits longer from then on.
 * @throws Problem AUTHORIZATION_PENDING, SLOW_DOWN, ACCESS_DENIED, EXPIRED_TOKEN, INVALID_GRANT
 */
export async function exchangeDeviceCode(app: App, { origin }: Visitor, client: ClientRow, text: string) {
  requireGrantType(client, deviceGrant);
  const id = app.deviceCodes.read("dvc", text);
  if (!id) throw new Problem("INVALID_GRANT", { cause: "not a device code of this installation" });
  const key = { id, clientId: client.id };
  const verdict = await app.db.write(async (tx) => {
    const redeemed = await redeemDeviceCode(tx, key);
    const expiresAt = new Date(tx.now.getTime() + grantRefreshLife);
    if (redeemed?.grantId) {
      const grant = await redeemGrant(tx, { id: redeemed.grantId, ip: origin.ip, expiresAt });
      return grant ?? new Problem("INVALID_GRANT", { cause: "the grant has ended" });
    }
    const code = await lockDeviceCode(tx, key);
    if (!code || code.state === "redeemed") return new Problem("INVALID_GRANT", { cause: "unknown or used" });
    if (code.expiresAt <= tx.now) return new Problem("EXPIRED_TOKEN");
    if (code.state === "denied") return new Problem("ACCESS_DENIED");
    const isEarly = tx.now < code.nextPollAt;
    await setPoll(tx, id, isEarly ? code.interval + slowDown : code.interval);
    return new Problem(isEarly ? "SLOW_DOWN" : "AUTHORIZATION_PENDING");
  });
  if (verdict instanceof Problem) throw verdict;
  await requireActing(app, verdict);
  return tokensOf(app, client, verdict);
}

/** What the page shows for a code that was typed: the app, and the device that asks. @throws Problem NOT_FOUND, RATE_LIMITED */
export async function readDevice(app: App, actor: UserActor, userCode: string) {
  await requireAttempt(app, actor);
  const { code, client } = await requirePending(app, userCode);
  return describeConsent(app, app.db.reader, actor, askedBy(code, client));
}

/** Lets an app on a device act for the user, as it was shown to them. @throws Problem NOT_FOUND, CONFLICT, as `giveGrant` */
export async function approveDevice(
  app: App,
  actor: UserActor,
  { userCode, organizationId, digest }: { userCode: string; organizationId: string; digest: string },
) {
  await requireAttempt(app, actor);
  const { code, client } = await requirePending(app, userCode);
  if (!isId("org", organizationId)) throw new Problem("NOT_FOUND");
  const isApproved = await app.db.write(async (tx) => {
    await lockAnyOrganization(tx, organizationId);
    await lockLiveUser(tx, actor);
    await requireAgreed(app, tx, actor, askedBy(code, client), organizationId, digest);
    if (!(await decideCode(tx, code.id, "approved"))) return false;
    const { scopes, resource, expiresAt } = code;
    const grant = await giveGrant(tx, actor, {
      client,
      organizationId,
      scopes,
      resource,
      redirectUri: null,
      codeChallenge: null,
      nonce: null,
      expiresAt,
    });
    await setGrant(tx, code.id, grant.id);
    return true;
  });
  if (!isApproved) throw new Problem("NOT_FOUND");
}

/** Refuses a device what it asks for. @throws Problem NOT_FOUND */
export async function denyDevice(app: App, actor: UserActor, userCode: string) {
  await requireAttempt(app, actor);
  const { code } = await requirePending(app, userCode);
  const isDenied = await app.db.write(async (tx) => {
    await lockLiveUser(tx, actor);
    return decideCode(tx, code.id, "denied");
  });
  if (!isDenied) throw new Problem("NOT_FOUND");
}

/** So that no one finds the code of someone else's device by trying. @throws Problem RATE_LIMITED */
async function requireAttempt(app: App, { userId }: UserActor) {
  const isLeft = await app.db.write((tx) => takeAttempt(tx, `device-codes:${userId}`, maxTyped, codeLife));
  if (!isLeft) throw new Problem("RATE_LIMITED", { retryAfter: codeLife / 1000 });
}

/** @param typed as people type it @throws Problem NOT_FOUND */
async function requirePending(app: App, typed: string): Promise<{ code: DeviceCodeRow; client: ClientRow }> {
  const userCode = typed.toUpperCase().replaceAll(/[^A-Z]/g, "");
  const db: Reader = app.db.reader;
  const code = await findPendingCode(db, userCode, app.clock.date());
  if (!code) throw new Problem("NOT_FOUND");
  return { code, client: await requireClient(app, code.clientId) };
}

const askedBy = ({ scopes, resource, ip, userAgent, createdAt }: DeviceCodeRow, client: ClientRow): Asked => ({
  client,
  scopes,
  resource,
  redirectHost: null,
  device: { ip, name: deviceName(userAgent), askedAt: createdAt },
});
