import { createHmac, timingSafeEqual } from "node:crypto";
import type { Keyring } from "./keyring";

/** Signs backups: the place they are kept in is not trusted with what is restored. */
export interface BackupSignatures {
  /** HMAC-SHA-256 (RFC 2104) over the digest of a backup, base64url. */
  sign(digest: string): string;
  /** Whether this installation signed it, with the current secret or an older one. */
  isSigned(digest: string, signature: string): boolean;
}

export function openBackupSignatures(keyring: Keyring): BackupSignatures {
  const keys = keyring.derive("backup");
  const mac = (key: Buffer, digest: string) => createHmac("sha256", key).update(digest).digest();
  return {
    sign: (digest) => mac(keys[0], digest).toString("base64url"),
    isSigned(digest, signature) {
      const given = Buffer.from(signature, "base64url");
      return keys.some((key) => given.length === 32 && timingSafeEqual(mac(key, digest), given));
    },
  };
}
