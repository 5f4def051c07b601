import { createHmac, timingSafeEqual } from "node:crypto";
import type { Keyring } from "./keyring";

/** A position in an audit chain: event number `seq` has this hash. */
export interface Checkpoint {
  chain: string;
  seq: number;
  hash: string;
}

/** Signs checkpoints, so that the database alone is not enough to forge one. */
export interface Checkpoints {
  /** The key id of the secret, a dot, and HMAC-SHA-256 (RFC 2104) in base64url. */
  sign(checkpoint: Checkpoint): string;
  /** Whether this installation signed it. "unknown" where its secret is no longer in SECRET_KEY. */
  verify(checkpoint: Checkpoint & { signature: string }): "signed" | "forged" | "unknown";
  /** Whether it was signed with the current secret. */
  isCurrent(signature: string): boolean;
}

export function openCheckpoints(keyring: Keyring): Checkpoints {
  const keys = keyring.derive("checkpoint");
  const mac = (key: Buffer, { chain, seq, hash }: Checkpoint) =>
    createHmac("sha256", key)
      .update(JSON.stringify([chain, seq, hash]))
      .digest();

  return {
    sign: (checkpoint) => `${keyring.ids[0]}.${mac(keys[0], checkpoint).toString("base64url")}`,
    verify(checkpoint) {
      // Without a key id it was signed by a release that wrote none: by any of the secrets.
      const [text = "", id] = checkpoint.signature.split(".").reverse();
      const signers = keys.filter((_, i) => id === undefined || id === keyring.ids[i]);
      const given = Buffer.from(text, "base64url");
      if (given.length === 32 && signers.some((key) => timingSafeEqual(mac(key, checkpoint), given))) return "signed";
      return signers.length === 0 ? "unknown" : "forged";
    },
    isCurrent: (signature) => signature.startsWith(`${keyring.ids[0]}.`),
  };
}
