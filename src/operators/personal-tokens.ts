import type { Operator } from "../access/actor";
import type { App } from "../app";
import { isId, type UserId } from "../ids";
import { afterCursor, type PageInput, toPage } from "../paging";
import { presentToken } from "../personal-tokens/personal-tokens";
import { findAnyToken, listTokens, revokeToken } from "../personal-tokens/personal-tokens.sql";
import { recordToken } from "../personal-tokens/record-token";
import { Problem } from "../problems";

type Machine = Extract<Operator, { kind: "system" }>;

/** The personal access tokens of a user that are not revoked. */
export async function listTokensOf(app: App, _machine: Machine, userId: UserId, { limit, cursor }: PageInput) {
  const rows = await listTokens(app.db.reader, userId, { after: afterCursor(cursor), limit: limit + 1 });
  return toPage(
    rows.map((token) => presentToken(app, token)),
    limit,
  );
}

/** Revokes a token of any user; the reason is in their audit log. @throws Problem NOT_FOUND */
export async function revokeAnyToken(app: App, machine: Machine, tokenId: string, { reason }: { reason: string }) {
  if (!isId("pat", tokenId) || !(await findAnyToken(app.db.reader, tokenId))) throw new Problem("NOT_FOUND");
  await app.db.write(async (tx) => {
    const revoked = await revokeToken(tx, tokenId);
    if (revoked) await recordToken(tx, machine, "personal_token.revoked", revoked, { reason });
  });
  return presentToken(app, (await findAnyToken(app.db.reader, tokenId))!);
}
