import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";

/*
 * Signatures of Standard Webhooks 1.0: `v1` with a secret that both sides know (`whsec_`), or `v1a` with an Ed25519 key pair, of which the receiver
 * has the public part only (`whsk_`, `whpk_`).
 */

const secretPrefix = "whsec_";
const privatePrefix = "whsk_";
const publicPrefix = "whpk_";

export type SignatureScheme = "v1" | "v1a";

/** A new secret: `whsec_` and 32 random bytes in base64, or `whsk_` and a private key (PKCS #8) in base64. */
export function newWebhookSecret(scheme: SignatureScheme): string {
  if (scheme === "v1") return secretPrefix + randomBytes(32).toString("base64");
  const { privateKey } = generateKeyPairSync("ed25519");
  return privatePrefix + privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
}

/** What verifies the signatures of a private key: `whpk_` and its 32 bytes in base64. Null for a secret, which does so itself. */
export function publicKeyOf(secret: string): string | null {
  if (!secret.startsWith(privatePrefix)) return null;
  const spki = createPublicKey(privateKeyOf(secret)).export({ format: "der", type: "spki" });
  return publicPrefix + spki.subarray(-32).toString("base64");
}

/** What a signature covers. */
export interface SignedMessage {
  id: string;
  /** Unix seconds. */
  timestamp: number;
  body: string;
}

/** The `webhook-signature` of a message: one for each secret, so that a receiver may hold what verifies any of them. */
export const webhookSignature = (secrets: readonly string[], { id, timestamp, body }: SignedMessage): string =>
  secrets.map((secret) => signatureBy(secret, `${id}.${timestamp}.${body}`)).join(" ");

function signatureBy(secret: string, content: string): string {
  if (secret.startsWith(privatePrefix)) {
    return `v1a,${sign(null, Buffer.from(content), privateKeyOf(secret)).toString("base64")}`;
  }
  const key = Buffer.from(secret.slice(secretPrefix.length), "base64");
  return `v1,${createHmac("sha256", key).update(content).digest("base64")}`;
}

const privateKeyOf = (secret: string) =>
  createPrivateKey({
    key: Buffer.from(secret.slice(privatePrefix.length), "base64"),
    format: "der",
    type: "pkcs8",
  });
