import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import type { App } from "../app";
import type { Challenge, ChallengePurpose } from "../crypto/challenges";
import { idBytes, type UserId } from "../ids";
import { Problem } from "../problems";
import type { PasskeyRow } from "./passkeys.sql";

/** Milliseconds in which a browser must answer. */
export const challengeLife = 5 * 60_000;

/** What an authenticator is known by: EdDSA, ES256 and RS256, in the order they are preferred (RFC 9053). */
const algorithms = [-8, -7, -257];

/** The name that a passkey has for its user on every device: the bytes of their id, which say nothing about them. */
export const userHandle = (userId: UserId): string => idBytes(userId).toString("base64url");

/** Loaded with the first passkey: most of the library verifies attestations, which Bask does not ask for. */
const library = () => import("@simplewebauthn/server");

/** What `navigator.credentials.create` gets. The passkey must be found without a list of ids, and verify its user. */
export function creationOptions(
  { config }: App,
  {
    user,
    challenge,
    existing,
  }: {
    user: { id: UserId; email: string; fullName: string };
    challenge: string;
    existing: readonly Pick<PasskeyRow, "credentialId" | "transports">[];
  },
) {
  return {
    challenge,
    rp: { id: config.passkeyDomain, name: config.appName },
    user: { id: userHandle(user.id), name: user.email, displayName: user.fullName },
    pubKeyCredParams: algorithms.map((alg) => ({ type: "public-key" as const, alg })),
    timeout: challengeLife,
    attestation: "none" as const,
    excludeCredentials: existing.map(({ credentialId: id, transports }) => ({
      id,
      type: "public-key" as const,
      transports,
    })),
    authenticatorSelection: {
      residentKey: "required" as const,
      requireResidentKey: true as const,
      userVerification: "required" as const,
    },
  };
}

/** What `navigator.credentials.get` gets. It names no passkey, so it is the same for everyone. */
export const requestOptions = ({ config }: App, challenge: string) => ({
  challenge,
  rpId: config.passkeyDomain,
  timeout: challengeLife,
  userVerification: "required" as const,
  allowCredentials: [],
});

/**
 * Verifies a new passkey (WebAuthn level 3, 7.1). What vouches for the authenticator is dropped unread: nothing is decided by it, and
 * certificates name URLs that would be requested.
 * @throws Problem INVALID_PASSKEY
 */
export async function verifyCreation<Content>(app: App, response: RegistrationResponseJSON) {
  const { verifyRegistrationResponse } = await library();
  const { isoCBOR } = await import("@simplewebauthn/server/helpers");
  const expected = expectedOf<Content>(app, "passkey-creation");
  try {
    const given = isoCBOR.decodeFirst<Map<string, Uint8Array>>(bytesOf(response.response.attestationObject));
    const attestation = { fmt: "none", attStmt: new Map<string, string>(), authData: given.get("authData")! };
    const attestationObject = Buffer.from(isoCBOR.encode(new Map(Object.entries(attestation)))).toString("base64url");
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { ...response, response: { ...response.response, attestationObject } },
      supportedAlgorithmIDs: algorithms,
      ...expected.options,
    });
    if (!verified) throw new Error("the creation was not verified");
    return { challenge: expected.challenge(), ...registrationInfo };
  } catch (cause) {
    throw new Problem("INVALID_PASSKEY", { cause });
  }
}

/**
 * Verifies the use of a passkey (WebAuthn level 3, 7.2), except its counter.
 * @throws Problem INVALID_PASSKEY
 */
export async function verifyUse(app: App, response: AuthenticationResponseJSON, passkey: PasskeyRow) {
  const { verifyAuthenticationResponse } = await library();
  const expected = expectedOf<null>(app, "passkey");
  try {
    if (response.response.userHandle !== userHandle(passkey.userId)) throw new Error("the user handle is another one");
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      credential: { id: passkey.credentialId, publicKey: bytesOf(passkey.publicKey), counter: 0 },
      ...expected.options,
    });
    if (!verified) throw new Error("the signature is wrong");
    const { newCounter: counter, credentialBackedUp: backedUp, credentialDeviceType } = authenticationInfo;
    if ((credentialDeviceType === "multiDevice") !== passkey.backupEligible) {
      throw new Error("it can be copied, or cannot, unlike before");
    }
    return { challenge: expected.challenge(), counter, backedUp };
  } catch (cause) {
    throw new Problem("INVALID_PASSKEY", { cause });
  }
}

const bytesOf = (base64url: string) => Uint8Array.from(Buffer.from(base64url, "base64url"));

/** What every response must fit: a challenge of ours, pages of ours, and a user whom the authenticator has verified. */
function expectedOf<Content>(app: App, purpose: ChallengePurpose) {
  let challenge: Challenge<Content> | undefined;
  return {
    options: {
      expectedChallenge(text: string) {
        challenge = app.challenges.read<Content>(purpose, text, app.clock.now());
        return challenge !== undefined;
      },
      expectedOrigin: passkeyOrigins(app),
      expectedRPID: app.config.passkeyDomain,
      requireUserVerification: true,
    },
    challenge: () => challenge!,
  };
}

/** The pages that may use passkeys: the product's, this server's, and those that may call from a browser. */
export const passkeyOrigins = ({ config }: Pick<App, "config">): string[] => [
  ...new Set([new URL(config.appUrl).origin, new URL(config.publicUrl).origin, ...config.corsOrigins]),
];
