import type { Configuration } from "openid-client";
import type { Clock } from "../clock";
import type { Provider } from "../config/providers";
import type { IssuerFetch } from "../outbound/issuer-fetch";
import type { Claims, ProviderClient } from "./provider";

/** How long what a provider says about itself is kept, in milliseconds. */
const discoveryLife = 3_600_000;
/** Seconds to wait for a provider. */
const timeout = 5;

const library = () => import("openid-client");

/** An OpenID Connect provider, found by discovery. Its ID tokens are verified by signature, nonce, audience, issuer and time (OIDC Core, 3.1.3.7). */
export function openOidc(provider: Provider, clock: Clock, fetch: IssuerFetch): ProviderClient {
  let found: Promise<Configuration> | undefined;
  let foundAt = 0;

  function discover(): Promise<Configuration> {
    if (found && clock.now() - foundAt < discoveryLife) return found;
    const looking = discoverNow(provider, fetch);
    looking.catch(() => {
      if (found === looking) found = undefined;
    });
    foundAt = clock.now();
    found = looking;
    return looking;
  }

  return {
    provider,

    async authorizationUrl({ state, nonce, codeVerifier, redirectUri, freshSince }) {
      const { buildAuthorizationUrl, calculatePKCECodeChallenge } = await library();
      return buildAuthorizationUrl(await discover(), {
        redirect_uri: redirectUri,
        scope: "openid email profile",
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: "S256",
        ...(freshSince !== undefined && { max_age: "0" }),
      }).href;
    },

    async claims(callback, { state, nonce, codeVerifier, freshSince }) {
      const { authorizationCodeGrant, fetchUserInfo } = await library();
      const configuration = await discover();
      const tokens = await authorizationCodeGrant(configuration, callback, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: codeVerifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims()!;
      if (freshSince !== undefined) requireFresh(configuration.serverMetadata(), claims, freshSince);
      // With a code, scopes may be answered by the user info endpoint only (OIDC Core, 5.4).
      const isElsewhere = claims.email === undefined && configuration.serverMetadata().userinfo_endpoint !== undefined;
      const info = isElsewhere ? await fetchUserInfo(configuration, tokens.access_token, claims.sub) : undefined;
      return claimsOf(provider, { ...info, ...claims });
    },
  };
}

async function discoverNow({ issuer, clientId, clientSecret }: Provider, fetch: IssuerFetch): Promise<Configuration> {
  const { allowInsecureRequests, customFetch, discovery, enableNonRepudiationChecks } = await library();
  const url = new URL(issuer);
  const isLocal = url.protocol === "http:";
  return discovery(url, clientId, clientSecret, undefined, {
    timeout,
    [customFetch]: fetch,
    // The signature is verified although the token came over TLS.
    execute: [enableNonRepudiationChecks, ...(isLocal ? [allowInsecureRequests] : [])],
  });
}

/** Milliseconds by which the clock of a provider may be behind. */
const clockSkew = 60_000;

/**
 * Requires that the person signed in at the provider since a time. `max_age` demands it and `auth_time` tells it (OIDC Core, 3.1.2.1); providers that
 * know neither, such as Google, are believed as they are at a sign-in.
 */
function requireFresh(
  { claims_supported: supported }: { claims_supported?: string[] },
  { auth_time: signedInAt }: { auth_time?: unknown },
  since: number,
) {
  if (signedInAt === undefined && !supported?.includes("auth_time")) return;
  if (typeof signedInAt !== "number" || signedInAt * 1000 < since - clockSkew) {
    throw new Error("the provider did not ask the person to sign in again");
  }
}

/** An email that the provider does not say is verified is not used for anything: it may be another person's. */
function claimsOf({ authority }: Provider, claims: Record<string, unknown> & { sub: string }): Claims {
  const email = typeof claims.email === "string" && claims.email_verified === true ? claims.email : undefined;
  // Google runs the mailboxes of gmail.com and of the domains that it names as `hd`; others it has only sent an email once.
  const isHosted = typeof claims.hd === "string" && claims.hd !== "";
  const isGoogles = isHosted || email?.toLowerCase().endsWith("@gmail.com") === true;
  return {
    subject: claims.sub,
    email,
    isAuthoritative: email !== undefined && (authority === "all" || (authority === "google" && isGoogles)),
    fullName: typeof claims.name === "string" ? claims.name : undefined,
  };
}
