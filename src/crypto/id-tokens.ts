import { createHmac, timingSafeEqual } from "node:crypto";
import { type Id, idBytes, idFromBytes } from "../ids";
import type { Keyring } from "./keyring";

/** Tokens that stand for one row each, and say nothing but that we gave them out. */
export interface IdTokens {
  /** The one token of an id: its start, `bml_` say, and 50 base64url characters. */
  write(id: Id): string;
  /** The id a token stands for, if it is one of this kind; costs no look at the database. */
  read<Prefix extends string>(prefix: Prefix, text: string): Id<Prefix> | undefined;
}

const macLength = 21;

/**
 * 16 bytes of id, then an HMAC-SHA-256 over the kind and the id, cut to 168 bits: without the installation's secret the
 * rows of the database make no token, and a token of one kind or purpose is none of another.
 */
function openIdTokens(keyring: Keyring, purpose: "mailed-token" | "device-token", start: string): IdTokens {
  const keys = keyring.derive(purpose);
  const mac = (key: Buffer, id: Id) => createHmac("sha256", key).update(id).digest().subarray(0, macLength);

  return {
    write: (id) => start + Buffer.concat([idBytes(id), mac(keys[0], id)]).toString("base64url"),

    read(prefix, text) {
      if (text.length !== start.length + 50 || !text.startsWith(start)) return undefined;
      const bytes = Buffer.from(text.slice(start.length), "base64url");
      if (bytes.length !== 16 + macLength || start + bytes.toString("base64url") !== text) return undefined;
      const id = idFromBytes(prefix, bytes.subarray(0, 16));
      return keys.some((key) => timingSafeEqual(mac(key, id), bytes.subarray(16))) ? id : undefined;
    },
  };
}

/** What travels in letters, and proves that its letter was received. */
export const openMailedTokens = (keyring: Keyring) => openIdTokens(keyring, "mailed-token", "bml_");

/** What a device keeps that needs no second factor for a while. */
export const openDeviceTokens = (keyring: Keyring) => openIdTokens(keyring, "device-token", "btd_");
