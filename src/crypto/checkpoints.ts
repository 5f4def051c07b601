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
  /** HMAC-SHA-256 (RFC 2104), base64url. */
  sign(checkpoint: Checkpoint): string;
  /** Whether this installation signed it, with the current secret or an older one. */
  isSigned(checkpoint: Checkpoint & { signature: string }): boolean;
}

export function openCheckpoints(keyring: Keyring): Checkpoints {
  const keys = keyring.derive("checkpoint");
  const mac = (key: Buffer, { chain, seq, hash }: Checkpoint) =>
    createHmac("sha256", key)
      .update(JSON.stringify([chain, seq, hash]))
      .digest();

  return {
    sign: (checkpoint) => mac(keys[0], checkpoint).toString("base64url"),
    isSigned(checkpoint) {
      const given = Buffer.from(checkpoint.signature, "base64url");
      return keys.some((key) => given.length === 32 && timingSafeEqual(mac(key, checkpoint), given));
    },
  };
}
