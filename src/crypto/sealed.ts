import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { Keyring } from "./keyring";

/** Encrypts small secrets at rest with AES-256-GCM. A sealed text begins with the key id of its secret, and opens only for the owner it was sealed for. */
export interface Sealer {
  seal(secret: string, owner: string): string;
  /** @throws Error when the text was altered, was sealed for another owner, or its key is no longer in SECRET_KEY */
  open(sealed: string, owner: string): string;
  /** As `open`, but undefined for a text that does not open, which therefore matches nothing. */
  tryOpen(sealed: string, owner: string): string | undefined;
  /** Whether the text was sealed with the current key. */
  isCurrent(sealed: string): boolean;
}

export function openSealer(keyring: Keyring): Sealer {
  const { ids } = keyring;
  const keys = keyring.derive("sealed");

  const sealer: Sealer = {
    seal(secret, owner) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", keys[0], nonce);
      cipher.setAAD(Buffer.from(`${ids[0]}:${owner}`));
      const body = Buffer.concat([cipher.update(secret, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return `${ids[0]}.${nonce.toString("base64url")}.${body.toString("base64url")}`;
    },

    open(sealed, owner) {
      const [id, nonce = "", text = ""] = sealed.split(".");
      const key = keys[ids.indexOf(id!)];
      if (!key) throw new Error("The secret that sealed this is no longer in SECRET_KEY.");
      const body = Buffer.from(text, "base64url");
      const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64url"), { authTagLength: 16 });
      decipher.setAAD(Buffer.from(`${id}:${owner}`));
      decipher.setAuthTag(body.subarray(-16));
      return Buffer.concat([decipher.update(body.subarray(0, -16)), decipher.final()]).toString("utf8");
    },

    tryOpen(sealed, owner) {
      try {
        return sealer.open(sealed, owner);
      } catch {
        return undefined;
      }
    },

    isCurrent: (sealed) => sealed.startsWith(`${ids[0]}.`),
  };
  return sealer;
}
