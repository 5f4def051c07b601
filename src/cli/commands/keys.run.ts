import type { UserActor } from "../../access/actor";
import { findPrincipal } from "../../access/authenticate";
import { judgeKey } from "../../access/judge-key";
import { createApiKey } from "../../api-keys/api-keys";
import { ApiKey, ApiKeyFilter, CreateApiKey, CreatedApiKey, RotateApiKey } from "../../api-keys/api-keys.contract";
import { rotateApiKey } from "../../api-keys/rotation";
import type { App } from "../../app";
import { parse } from "../../http/parse";
import { shapeOf } from "../../http/shape";
import { newId, type OrganizationId, type UserId } from "../../ids";
import { getKey, listKeys, requireAnyKey, revokeAnyKey } from "../../operators/api-keys";
import { type Call, CliError, exitCodes } from "../command";
import { organizationIdOf } from "./organizations.run";
import { machine, reasonOf } from "./shared";
import { all, userIdOf } from "./users.run";

/** What the API shows of a key, and nothing else of a row. */
const shown = shapeOf(ApiKey) as (found: object) => Record<string, unknown>;
const shownOnce = shapeOf(CreatedApiKey) as (found: object) => Record<string, unknown>;
const columns = ["id", "name", "environment", "prefix", "status", "createdAt", "lastUsedAt", "usageCount"];

export async function list({ app, args: [organization], options, out }: Call) {
  const opened = await app();
  const id = (await organizationIdOf(opened, organization!)) as OrganizationId;
  const { status } = parse(ApiKeyFilter.pick({ status: true }), { status: options.status });
  const keys = await all((cursor) => listKeys(opened, machine, id, { limit: 100, cursor, status }));
  out.table(keys.map(shown), columns);
}

export async function show({ app, args: [key], out }: Call) {
  const found = shown(await getKey(await app(), machine, key!));
  out.data(
    found,
    Object.entries(found).map(([name, value]) => `${name}: ${text(value)}`),
  );
}

export async function create({ app, args: [organization, name], options, out }: Call) {
  const as = requireOption(options, "as");
  const input = parse(CreateApiKey, {
    name,
    scopes: typeof options.scopes === "string" ? options.scopes.split(",") : undefined,
    environment: options.environment,
    expiresInDays: numberOf(options.expiresInDays),
  });
  const opened = await app();
  const actor = await memberAt(opened, as);
  const created = await createApiKey(opened, actor, await organizationIdOf(opened, organization!), input);
  out.data(shownOnce(created), [created.key]);
  out.note(`${created.id}: created. The key is shown this once.`);
}

export async function rotate({ app, args: [key], options, out }: Call) {
  const as = requireOption(options, "as");
  const input = parse(RotateApiKey, { overlap: numberOf(options.overlap) });
  const opened = await app();
  const actor = await memberAt(opened, as);
  const { organizationId } = await requireAnyKey(opened, key!);
  const created = await rotateApiKey(opened, actor, organizationId, key!, input);
  out.data(shownOnce(created), [created.key]);
  out.note(`${created.id} succeeds ${key}. The key is shown this once.`);
}

export async function revoke({ app, args: [key], options, out }: Call) {
  const reason = reasonOf(options);
  const revoked = await revokeAnyKey(await app(), machine, key!, { reason });
  out.data(shown(revoked), [`${revoked.id}: ${revoked.status}.`]);
}

export async function verify({ app, out, stdin }: Call) {
  const given = await stdin();
  if (given === "") throw new CliError("Give the key on standard input: bask key verify < FILE", exitCodes.usage);
  const opened = await app();
  const key = await findPrincipal(opened, given);
  const refusal = judgeKey(key, { ip: undefined }, opened.clock.now());
  if (!key || refusal) throw new CliError(`The key does not work: ${refusal ?? "unknown"}.`);
  const { id, organizationId, scopes } = key;
  if (key.kind === "personal_token") {
    const { userId, standings } = key;
    return out.data({ valid: true, tokenId: id, userId, organizationId, scopes }, [
      `${id} of ${userId} works: ${scopes.join(", ")}, in ${standings.size} organizations`,
    ]);
  }
  out.data({ valid: true, keyId: id, organizationId, scopes, permissions: [...key.permissions] }, [
    `${id} of ${organizationId} works: ${[...key.permissions].join(", ")}`,
  ]);
}

/** A member, as someone on the machine acts in their name; the audit log tells it by the user agent. */
async function memberAt(app: App, user: string): Promise<UserActor> {
  const now = app.clock.now();
  const origin = { requestId: newId("cli", now), ip: "127.0.0.1", userAgent: "bask command line" };
  const userId = (await userIdOf(app, user)) as UserId;
  return { kind: "user", userId, sessionId: newId("ses", now), atMachine: true, origin };
}

/** @throws CliError */
function requireOption(options: Call["options"], name: string): string {
  const value = options[name];
  if (typeof value !== "string" || value === "")
    throw new CliError(`Say who: --${name} ada@example.com`, exitCodes.usage);
  return value;
}

/** What is not a number is for the contract to refuse. */
const numberOf = (value: string | boolean | undefined) =>
  typeof value === "string" && value.trim() !== "" && !Number.isNaN(Number(value)) ? Number(value) : value;

const text = (value: unknown) => {
  if (value === null) return "-";
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" ? JSON.stringify(value) : String(value);
};
