import { hkdfSync } from "node:crypto";

/** What a derived key is for. No two purposes share a key. */
export type Purpose =
  | "access-token"
  | "refresh-token"
  | "mailed-token"
  | "workload-token"
  | "device-token"
  | "challenge"
  | "link-code"
  | "sealed"
  | "backup-code"
  | "key-id"
  | "checkpoint"
  | "fingerprint"
  | "backup";

/** The secrets of an installation. Each purpose has keys of its own, derived by HKDF-SHA-256 (RFC 5869). */
export interface Keyring {
  /** One 32-byte key per secret, the current one first. Older ones still verify and open. */
  derive(purpose: Purpose): readonly [Buffer, ...Buffer[]];
}

export function openKeyring(secrets: readonly Buffer[]): Keyring {
  return {
    derive: (purpose) =>
      secrets.map((secret) => Buffer.from(hkdfSync("sha256", secret, "", `bask/${purpose}`, 32))) as [
        Buffer,
        ...Buffer[],
      ],
  };
}
