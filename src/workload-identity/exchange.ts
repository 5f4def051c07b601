import { hash } from "node:crypto";
import type { Visitor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import { workloadTokenSeconds } from "../crypto/workload-tokens";
import { DatabaseUnavailable } from "../db/database";
import { isId } from "../ids";
import { Problem } from "../problems";
import type { Identity } from "./issuers";
import { consumeIdentity, listTrusts, type TrustRow } from "./trusts.sql";

/**
 * Exchanges a token of an OpenID Connect issuer for one that stands for an API key, for 15 minutes (RFC 8693). A trust of
 * the key must name the issuer, the audience and every claim as the token has them. Tokens of pull requests are refused,
 * because strangers make those, and each token is taken once.
 * @throws Problem UNAUTHORIZED, with the cause in the log only
 */
export async function exchangeToken(app: App, visitor: Visitor, input: { subjectToken: string; keyId: string }) {
  await app.feed.fresh();
  const key = isId("key", input.keyId) ? await app.principals.get({ id: input.keyId }) : undefined;
  const now = app.clock.now();
  if (!key || key.expiresAt <= now) throw refused("there is no such key");
  const identity = await app.issuers.verify(input.subjectToken).catch((error) => {
    throw refused(error);
  });
  if (isPullRequest(identity)) throw refused("the token is a pull request's");

  const expiresAt = Math.floor(Math.min(now + workloadTokenSeconds * 1000, key.expiresAt) / 1000) * 1000;
  const verdict = await app.db.write(async (tx) => {
    const trust = (await listTrusts(tx, key.keyId)).find((trust) => matches(trust, identity));
    if (!trust) return "no trust of the key names this token";
    const name = hash("sha256", JSON.stringify([identity.iss, identity.jti]), "base64url");
    if (!(await consumeIdentity(tx, name, new Date((identity.exp + 60) * 1000)))) return "the token was taken before";
    await record(
      tx,
      { kind: "system" },
      {
        action: "api_key.token_exchanged",
        chain: key.organizationId,
        target: key.keyId,
        details: { trust: trust.id, subject: identity.sub, from: visitor.origin.ip },
      },
    );
    return undefined;
  });
  if (verdict) throw refused(verdict);
  return {
    access_token: app.workloadTokens.write({ keyId: key.keyId, expiresAt }),
    issued_token_type: "urn:ietf:params:oauth:token-type:access_token" as const,
    token_type: "Bearer" as const,
    expires_in: Math.floor((expiresAt - now) / 1000),
    scope: key.scopes.join(" "),
  };
}

function matches({ issuer, audience, claims }: TrustRow, identity: Identity): boolean {
  const audiences = [identity.aud].flat();
  return (
    issuer === identity.iss &&
    audiences.includes(audience) &&
    Object.entries(claims).every(([name, value]) => Object.hasOwn(identity, name) && String(identity[name]) === value)
  );
}

/** GitHub's and GitLab's words for it. */
const isPullRequest = ({ event_name, pipeline_source, ref }: Identity): boolean =>
  String(event_name).startsWith("pull_request") ||
  String(pipeline_source).includes("merge_request") ||
  String(ref).startsWith("refs/pull/");

/** One sentence for every reason, so that nobody learns which keys and trusts there are. */
function refused(cause: unknown): unknown {
  if (cause instanceof DatabaseUnavailable) return cause;
  return new Problem("UNAUTHORIZED", { reason: "token_not_accepted", cause });
}
