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
import { type Call, CliError, type Command, exitCodes } from "../command";
import { organizationIdOf } from "./organizations";
import { machine, organizationArgument, reasonOf, reasonOption } from "./shared";
import { all, userIdOf } from "./users";

const keyArgument = ["<key>", "the id of a key, not the key itself"] as const;
const asOption = ["--as <user>", "the member in whose name it is done: an email or an id"] as const;

/** What the API shows of a key, and nothing else of a row. */
const shown = shapeOf(ApiKey) as (found: object) => Record<string, unknown>;
const shownOnce = shapeOf(CreatedApiKey) as (found: object) => Record<string, unknown>;
const columns = ["id", "name", "environment", "prefix", "status", "createdAt", "lastUsedAt", "usageCount"];

export const keyCommands: readonly Command[] = [
  {
    name: "key list",
    summary: "List the API keys of an organization",
    args: [organizationArgument],
    options: [["--status <status>", "active, disabled, blocked, expired or revoked; all but revoked unless told"]],
    examples: ["key list acme", "key list acme --status revoked --json"],
    async run({ app, args: [organization], options, out }) {
      const opened = await app();
      const id = (await organizationIdOf(opened, organization!)) as OrganizationId;
      const { status } = parse(ApiKeyFilter.pick({ status: true }), { status: options.status });
      const keys = await all((cursor) => listKeys(opened, machine, id, { limit: 100, cursor, status }));
      out.table(keys.map(shown), columns);
    },
  },
  {
    name: "key show",
    summary: "Show an API key; the key itself is not stored",
    args: [keyArgument],
    examples: ["key show key_01..."],
    async run({ app, args: [key], out }) {
      const found = shown(await getKey(await app(), machine, key!));
      out.data(
        found,
        Object.entries(found).map(([name, value]) => `${name}: ${text(value)}`),
      );
    },
  },
  {
    name: "key create",
    summary: "Create an API key in the name of a member; the key is shown once, on standard output",
    args: [organizationArgument, ["<name>", "what people call it"]],
    options: [
      asOption,
      ["--scopes <scopes>", "separated by commas; all that the member may do unless told"],
      ["--environment <environment>", "live or test"],
      ["--expires-in-days <days>", "when it ends"],
    ],
    examples: ["key create acme CI --as ada@example.com --scopes members:read --expires-in-days 90"],
    async run({ app, args: [organization, name], options, out }) {
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
    },
  },
  {
    name: "key rotate",
    summary: "Give an API key a successor in the name of a member; it is shown once, on standard output",
    args: [keyArgument],
    options: [asOption, ["--overlap <days>", "days in which the old key still works"]],
    examples: ["key rotate key_01... --as ada@example.com --overlap 7"],
    async run({ app, args: [key], options, out }) {
      const as = requireOption(options, "as");
      const input = parse(RotateApiKey, { overlap: numberOf(options.overlap) });
      const opened = await app();
      const actor = await memberAt(opened, as);
      const { organizationId } = await requireAnyKey(opened, key!);
      const created = await rotateApiKey(opened, actor, organizationId, key!, input);
      out.data(shownOnce(created), [created.key]);
      out.note(`${created.id} succeeds ${key}. The key is shown this once.`);
    },
  },
  {
    name: "key revoke",
    summary: "Revoke an API key for good; requests with it are refused at once",
    args: [keyArgument],
    options: [reasonOption],
    destroys: true,
    examples: ['key revoke key_01... --reason "found in a log" --yes'],
    async run({ app, args: [key], options, out }) {
      const reason = reasonOf(options);
      const revoked = await revokeAnyKey(await app(), machine, key!, { reason });
      out.data(shown(revoked), [`${revoked.id}: ${revoked.status}.`]);
    },
  },
  {
    name: "key verify",
    summary: "Tell whether a key that is given on standard input works, and what it may do; no use is counted",
    examples: ["key verify < key.txt"],
    async run({ app, out, stdin }) {
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
    },
  },
];

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
