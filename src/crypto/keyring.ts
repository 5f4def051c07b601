import { hkdfSync } from "node:crypto";

/** What a derived key is for. No two purposes share a key. */
export type Purpose =
  | "access-token"
  | "access-token-es256"
  | "access-token-rs256"
  | "refresh-token"
  | "grant-refresh-token"
  | "authorization-code"
  | "device-code"
  | "mailed-token"
  | "workload-token"
  | "derived-token"
  | "device-token"
  | "impersonation-token"
  | "setup-token"
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
  /** What each secret is named by, beside or inside what depends on it: 8 hex digits, derived from it. */
  readonly ids: readonly [string, ...string[]];
  /** One 32-byte key per secret, the current one first. Older ones still verify and open. */
  derive(purpose: Purpose): readonly [Buffer, ...Buffer[]];
}

export function openKeyring(secrets: readonly Buffer[]): Keyring {
  const derive = (purpose: Purpose) =>
    secrets.map((secret) => Buffer.from(hkdfSync("sha256", secret, "", `bask/${purpose}`, 32))) as [
      Buffer,
      ...Buffer[],
    ];
  const ids = derive("key-id").map((bytes) => bytes.toString("hex").slice(0, 8)) as [string, ...string[]];
  return { ids, derive };
}
