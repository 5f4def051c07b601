import type { Visitor } from "../access/actor";
import type { ApiKeyRow } from "../access/key-life.sql";
import type { App } from "../app";
import { record } from "../audit/audit";
import { apiKeyHash, apiKeysIn, personalTokensIn } from "../crypto/api-key-secrets";
import { derivedTokensIn } from "../crypto/derived-tokens";
import { type WorkloadToken, workloadTokensIn } from "../crypto/workload-tokens";
import type { Writer } from "../db/database";
import { fieldMessages } from "../field-messages.contract";
import { isId, type PersonalTokenId } from "../ids";
import { lockAnyOrganization } from "../organizations/organizations.sql";
import {
  findAnyToken,
  findUnrevokedToken,
  revokeDerivedThrough,
  revokeToken,
} from "../personal-tokens/personal-tokens.sql";
import { recordToken } from "../personal-tokens/record-token";
import { invalid } from "../problems";
import { emailUser } from "../users/email-user";
import {
  findUnrevokedKey,
  findUnrevokedKeyById,
  listDescendants,
  revokeApiKey,
  revokeTokensThrough,
} from "./api-keys.sql";
import { notifyAdmins } from "./notices";

/**
 * Revokes the keys, personal access tokens and tokens that stand for them in a text, wherever in it they are: quotes, line breaks and names around them are no obstacle. To hold them
 * is the permission to do so. The admins, or the user of a personal access token, get an email. A reported token ends with all of its key that expire no later; the key works on.
 * @param source where they were found, for the audit log
 * @returns whether one of them worked, or could have
 * @throws Problem VALIDATION_ERROR for a text without a whole key or token
 */
export async function revokeLeaked(app: App, finder: Visitor, text: string, source?: string): Promise<boolean> {
  const keys = apiKeysIn(text);
  const tokens = workloadTokensIn(app.workloadTokens, text);
  const personal = personalTokensIn(text);
  const derived = derivedTokensIn(app.derivedTokens, text);
  if (keys.length + tokens.length + personal.length + derived.length === 0)
    throw invalid("key", fieldMessages.wholeKey);
  const report: Report = { reportedFrom: finder.origin.ip, ...(source && { source }) };
  let revoked = false;
  for (const key of keys) if (await revokeLeakedKey(app, key, report)) revoked = true;
  for (const token of personal) if (await revokeLeakedPersonalToken(app, token, report)) revoked = true;
  for (const { parentId, expiresAt } of derived) {
    const ends = isId("key", parentId)
      ? revokeLeakedToken(app, { keyId: parentId, expiresAt }, report)
      : revokeLeakedDerived(app, parentId, expiresAt, report);
    if (await ends) revoked = true;
  }
  for (const token of tokens) if (await revokeLeakedToken(app, token, report)) revoked = true;
  return revoked;
}

interface Report {
  reportedFrom: string;
  source?: string;
}

async function revokeLeakedKey(app: App, key: string, report: Report): Promise<boolean> {
  const found = await findUnrevokedKey(app.db.reader, apiKeyHash(key));
  if (!found) return false;
  return app.db.write(async (tx) => {
    await lockAnyOrganization(tx, found.organizationId);
    const revoked = await revokeApiKey(tx, found.organizationId, found.id);
    if (!revoked) return false;
    const { length: descendants } = await listDescendants(tx, found.organizationId, found.id);
    await recordLeak(tx, "api_key.leaked", found, { ...report, descendants });
    const { name, prefix } = found;
    await notifyAdmins(tx, found.organizationId, { template: "key-leaked", values: { name, prefix } });
    return true;
  });
}

async function revokeLeakedPersonalToken(app: App, text: string, report: Report): Promise<boolean> {
  const found = await findUnrevokedToken(app.db.reader, apiKeyHash(text));
  if (!found) return false;
  return app.db.write(async (tx) => {
    const revoked = await revokeToken(tx, found.id);
    if (!revoked) return false;
    await recordToken(tx, { kind: "system" }, "personal_token.leaked", revoked, { ...report });
    await emailUser(tx, found.userId, "personal-token-leaked", { name: found.name, prefix: found.prefix });
    return true;
  });
}

async function revokeLeakedToken(app: App, { keyId, expiresAt }: WorkloadToken, report: Report): Promise<boolean> {
  if (expiresAt <= app.clock.now()) return false;
  const found = await findUnrevokedKeyById(app.db.reader, keyId);
  if (!found) return false;
  return app.db.write(async (tx) => {
    if (!(await revokeTokensThrough(tx, found.organizationId, keyId, new Date(expiresAt)))) return false;
    await recordLeak(tx, "api_key.token_leaked", found, report);
    const { name, prefix } = found;
    await notifyAdmins(tx, found.organizationId, { template: "workload-token-leaked", values: { name, prefix } });
    return true;
  });
}

/** What was derived from a personal access token; the token itself works on. */
async function revokeLeakedDerived(app: App, id: PersonalTokenId, expiresAt: number, report: Report): Promise<boolean> {
  if (expiresAt <= app.clock.now()) return false;
  const found = await findAnyToken(app.db.reader, id);
  if (!found) return false;
  return app.db.write(async (tx) => {
    if (!(await revokeDerivedThrough(tx, id, new Date(expiresAt)))) return false;
    await recordToken(tx, { kind: "system" }, "personal_token.derived_leaked", found, { ...report });
    await emailUser(tx, found.userId, "personal-token-derived-leaked", { name: found.name, prefix: found.prefix });
    return true;
  });
}

function recordLeak(
  tx: Writer,
  action: "api_key.leaked" | "api_key.token_leaked",
  { id, organizationId, name }: ApiKeyRow,
  details: object,
) {
  return record(tx, { kind: "system" }, { action, chain: organizationId, target: id, details: { name, ...details } });
}
