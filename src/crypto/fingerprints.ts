import { createHmac } from "node:crypto";
import type { Keyring } from "./keyring";

/** What a secret is recognized by, one for each, the current one first: HMAC-SHA-256 under a key derived from it, base64url. */
export const fingerprintsOf = (keyring: Keyring): readonly [string, ...string[]] =>
  keyring.derive("fingerprint").map((key) => createHmac("sha256", key).update("bask").digest("base64url")) as [
    string,
    ...string[],
  ];
