import { hash } from "node:crypto";
import type { Visitor } from "../access/actor";
import { judgeKey } from "../access/judge-key";
import type { App } from "../app";
import { record } from "../audit/audit";
import { workloadTokenSeconds } from "../crypto/workload-tokens";
import { DatabaseUnavailable, type Writer } from "../db/database";
import { type ApiKeyId, isId, type OrganizationId } from "../ids";
import { Problem } from "../problems";
import { isPullRequest, mismatchOf } from "./claims";
import { type Identity, IssuerUnavailable, maxTokenAge } from "./issuers";
import { consumeIdentity, findConsumed, listTrusts } from "./trusts.sql";

/** Milliseconds in which a repeated exchange gets the same token: the first response may have been lost. */
const repeatTime = 60_000;

/**
 * Exchanges a token of an OpenID Connect issuer for one that stands for an API key, for 15 minutes (RFC 8693). A trust of the key must name the
 * issuer, the audience and every claim as the token has them. Tokens of pull requests are refused, because anyone can open one. Each token is
 * exchanged once; the same exchange gets the same token for a minute.
 * @throws Problem UNAUTHORIZED, with the cause in the log only; UNAVAILABLE when the issuer does not answer
 */
export async function exchangeToken(app: App, visitor: Visitor, input: { subjectToken: string; keyId: string }) {
  const identity = await app.issuers.verify(input.subjectToken).catch((error) => {
    throw refused(error);
  });
  if (isPullRequest(identity)) throw refused("the token is of a pull request");
  await app.feed.fresh();
  const key = isId("key", input.keyId) ? await app.principals.get({ id: input.keyId }) : undefined;
  const now = app.clock.now();
  if (key?.kind !== "key" || now >= key.life.worksUntil)
    throw refused(`the key is ${judgeKey(key, visitor.origin, now)}`);

  const end = Math.min(now + workloadTokenSeconds * 1000, key.life.worksUntil);
  const verdict = await app.db.write((tx) =>
    exchangeOnce(
      tx,
      visitor,
      { keyId: key.id, organizationId: key.organizationId },
      identity,
      new Date(Math.floor(end / 1000) * 1000),
    ),
  );
  if (verdict === "unprotected") throw new Problem("UNAUTHORIZED", { reason: "unprotected_ref" });
  if (typeof verdict === "string") throw refused(verdict);
  return {
    access_token: app.workloadTokens.write({ keyId: key.id, expiresAt: verdict.getTime() }),
    issued_token_type: "urn:ietf:params:oauth:token-type:access_token" as const,
    token_type: "Bearer" as const,
    expires_in: Math.max(0, Math.floor((verdict.getTime() - now) / 1000)),
    scope: key.scopes.join(" "),
  };
}

/** Consumes an identity token. @returns the end of the workload token, or why there is none */
async function exchangeOnce(
  tx: Writer,
  visitor: Visitor,
  { keyId, organizationId }: { keyId: ApiKeyId; organizationId: OrganizationId },
  identity: Identity,
  tokenExpiresAt: Date,
): Promise<Date | "unprotected" | "no trust of the key names this token" | "the token was exchanged before"> {
  const mismatches = (await listTrusts(tx, keyId)).map((trust) => ({ trust, mismatch: mismatchOf(trust, identity) }));
  const matching = mismatches.find(({ mismatch }) => mismatch === undefined);
  if (!matching) {
    const isUnprotected = mismatches.some(({ mismatch }) => mismatch === "unprotected");
    return isUnprotected ? "unprotected" : "no trust of the key names this token";
  }
  const id = hash("sha256", JSON.stringify([identity.iss, identity.jti]), "base64url");
  const expiresAt = new Date((Math.min(identity.exp, identity.iat + maxTokenAge) + 60) * 1000);
  if (!(await consumeIdentity(tx, { id, keyId, tokenExpiresAt, consumedAt: tx.now, expiresAt }))) {
    const before = await findConsumed(tx, id);
    const isRepeated = before?.keyId === keyId && tx.now.getTime() - before.consumedAt.getTime() < repeatTime;
    return isRepeated ? before.tokenExpiresAt : "the token was exchanged before";
  }
  await record(
    tx,
    { kind: "system" },
    {
      action: "api_key.token_exchanged",
      chain: organizationId,
      target: keyId,
      details: { trust: matching.trust.id, subject: identity.sub, from: visitor.origin.ip },
    },
  );
  return tokenExpiresAt;
}

/** One sentence for every reason, so that strangers do not learn which keys and trusts exist. */
function refused(cause: unknown): unknown {
  if (cause instanceof DatabaseUnavailable) return cause;
  if (cause instanceof IssuerUnavailable) {
    return new Problem("UNAVAILABLE", { reason: "issuer_unavailable", retryAfter: 5, cause });
  }
  return new Problem("UNAUTHORIZED", { reason: "token_not_accepted", cause });
}
