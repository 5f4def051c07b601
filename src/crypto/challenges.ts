import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { Keyring } from "./keyring";

/** What a challenge is for. One that was issued for something else does not open. */
export type ChallengePurpose =
  /** A sign-in that waits for its second factor. */
  | "sign-in"
  /** The use of a passkey, ... */
  | "passkey"
  /** ... and its creation. */
  | "passkey-creation"
  /** A browser that is at a provider, ... */
  | "provider"
  /** ... and who came back from there. */
  | "provider-ticket"
  /** The key of a device that a new session is bound to, ... */
  | "device-registration"
  /** ... a signature with it, ... */
  | "device-signature"
  /** ... and that there was one. */
  | "device-proof"
  /** What an app asks its user to let it do. */
  | "authorization";

export interface Challenge<Content> {
  /** Unique; what is stored when the challenge is used. */
  id: string;
  content: Content;
  expiresAt: Date;
}

/**
 * What a client must send back within a few minutes. The client carries everything itself, sealed, so that it can neither read nor change
 * it, and issuing one stores nothing.
 */
export interface Challenges {
  /** base64url. */
  issue(purpose: ChallengePurpose, content: unknown, expiresAt: number): string;
  /** Undefined for anything that was not issued for this purpose, or has expired. Whether it was used is not known here. */
  read<Content>(purpose: ChallengePurpose, text: string, now: number): Challenge<Content> | undefined;
}

const nonceLength = 12;
const tagLength = 16;
const maxLength = 8_192;

/** AES-256-GCM with a random nonce, which is also the id; the purpose is authenticated with it. */
export function openChallenges(keyring: Keyring): Challenges {
  const keys = keyring.derive("challenge");

  return {
    issue(purpose, content, expiresAt) {
      const nonce = randomBytes(nonceLength);
      const cipher = createCipheriv("aes-256-gcm", keys[0], nonce);
      cipher.setAAD(Buffer.from(purpose));
      const text = JSON.stringify([expiresAt, content]);
      return Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]).toString(
        "base64url",
      );
    },

    read<Content>(purpose: ChallengePurpose, text: string, now: number) {
      if (text.length > maxLength) return undefined;
      const bytes = Buffer.from(text, "base64url");
      if (bytes.length <= nonceLength + tagLength || bytes.toString("base64url") !== text) return undefined;
      for (const key of keys) {
        const opened = open(key, purpose, bytes);
        if (opened === undefined) continue;
        const [expiresAt, content] = JSON.parse(opened) as [number, Content];
        if (expiresAt <= now) return undefined;
        return { id: bytes.toString("base64url", 0, nonceLength), content, expiresAt: new Date(expiresAt) };
      }
      return undefined;
    },
  };
}

function open(key: Buffer, purpose: ChallengePurpose, bytes: Buffer): string | undefined {
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceLength), { authTagLength: tagLength });
  decipher.setAAD(Buffer.from(purpose));
  decipher.setAuthTag(bytes.subarray(-tagLength));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(nonceLength, -tagLength)), decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}
