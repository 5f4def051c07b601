import type { Actor } from "../access/actor";
import { findPrincipal } from "../access/authenticate";
import { narrowed } from "../access/derived";
import { grantable } from "../access/grants";
import { expandAll, isPermission } from "../access/permissions";
import { onlyWithin } from "../access/resource-kinds";
import { credentialPermissions } from "../access/token-standing";
import type { App } from "../app";
import { isApiKey, isPersonalToken } from "../crypto/api-key-secrets";
import type { DerivedToken } from "../crypto/derived-tokens";
import { fieldMessages } from "../field-messages.contract";
import { invalid, Problem } from "../problems";

export interface Derivation {
  /** All that its parent has, without these. */
  scopes?: string[] | undefined;
  only?: string[] | undefined;
  /** Seconds. */
  expiresIn: number;
}

/**
 * Derives a token from the API key or personal access token that asks: for at most its scopes and resources, from where it may be used, as long as it
 * works, and never for what creates credentials. Nothing is stored; it counts as its parent, and ends with it.
 * @param credential what the request was sent with
 * @throws Problem BAD_REQUEST for a session, and for a token that stands for a key itself, VALIDATION_ERROR for more than the parent has
 */
export async function deriveToken(app: App, actor: Actor, credential: string, input: Derivation) {
  const parent = await findPrincipal(app, credential);
  const isParent = isApiKey(credential) || isPersonalToken(credential);
  if (actor.kind === "user" || actor.kind === "grant" || !isParent || !parent)
    throw new Problem("BAD_REQUEST", { reason: "key_to_derive_from" });
  const wanted = app.clock.now() + input.expiresIn * 1000;
  const token: DerivedToken = {
    parentId: parent.id,
    scopes: input.scopes ? derivableScopes(input.scopes, expandAll(actor.scopes)) : [...actor.scopes],
    only: onlyWithin(actor.only, input.only),
    expiresAt: Math.floor(Math.min(wanted, parent.life.worksUntil) / 1000) * 1000,
  };
  const { scopes, only } = narrowed(parent, token);
  return { token: app.derivedTokens.write(token), expiresAt: new Date(token.expiresAt), scopes, only };
}

/** @throws Problem VALIDATION_ERROR */
function derivableScopes(asked: string[], own: Parameters<typeof grantable>[1]) {
  const scopes = grantable(asked, own, "scopes");
  const refused = scopes.findIndex((scope) => isPermission(scope) && credentialPermissions.has(scope));
  if (refused >= 0) throw invalid(`scopes.${refused}`, fieldMessages.notForTokens);
  return scopes;
}
