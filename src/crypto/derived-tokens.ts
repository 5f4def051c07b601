import { createHmac, timingSafeEqual } from "node:crypto";
import { type CountedId, isId } from "../ids";
import type { Keyring } from "./keyring";

/** Seconds until a derived token expires, at most. */
export const derivedTokenSeconds = 3_600;

/** Stands for an API key or a personal access token, for less and not as long. */
export interface DerivedToken {
  parentId: CountedId;
  scopes: readonly string[];
  /** The resources that it is bound to beside those of its parent; null for none. */
  only: readonly string[] | null;
  /** Milliseconds since 1970, in whole seconds. */
  expiresAt: number;
}

export interface DerivedTokens {
  /** `bsd_` and base64url characters; longer with more scopes and resources. */
  write(token: DerivedToken): string;
  /** Undefined for anything without a valid MAC; needs no lookup. Whether it has expired is for the caller to check. */
  read(text: string): DerivedToken | undefined;
}

export const derivedTokenPrefix = "bsd_";
const macLength = 20;
/** Characters that a token has at most: with as many scopes and resources as there can be. */
const maxLength = 8_000;

/** The tokens in a text, whatever stands around them. */
export const derivedTokensIn = (tokens: DerivedTokens, text: string): DerivedToken[] =>
  [...new Set(text.match(/bsd_[\w-]+/g))].flatMap((found) => tokens.read(found) ?? []);

/** JSON and an HMAC-SHA-256 of it, cut to 160 bits (RFC 2104). Nothing is stored. */
export function openDerivedTokens(keyring: Keyring): DerivedTokens {
  const keys = keyring.derive("derived-token");
  const mac = (key: Buffer, payload: Uint8Array) =>
    createHmac("sha256", key).update(payload).digest().subarray(0, macLength);

  return {
    write({ parentId, scopes, only, expiresAt }) {
      const payload = Buffer.from(JSON.stringify([parentId, Math.floor(expiresAt / 1000), scopes, only]));
      return derivedTokenPrefix + Buffer.concat([mac(keys[0], payload), payload]).toString("base64url");
    },

    read(text) {
      if (text.length > maxLength || !text.startsWith(derivedTokenPrefix)) return undefined;
      const bytes = Buffer.from(text.slice(derivedTokenPrefix.length), "base64url");
      if (derivedTokenPrefix + bytes.toString("base64url") !== text) return undefined;
      const given = bytes.subarray(0, macLength);
      const payload = bytes.subarray(macLength);
      if (given.length !== macLength || !keys.some((key) => timingSafeEqual(mac(key, payload), given))) {
        return undefined;
      }
      const [parentId, seconds, scopes, only] = JSON.parse(payload.toString());
      if (!isId("key", parentId) && !isId("pat", parentId)) return undefined;
      return { parentId, scopes, only, expiresAt: seconds * 1000 };
    },
  };
}
