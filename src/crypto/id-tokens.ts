import { createHmac, timingSafeEqual } from "node:crypto";
import { type Id, idBytes, idFromBytes } from "../ids";
import type { Keyring, Purpose } from "./keyring";

/** Tokens that stand for one row each. They are computed from its id and never stored. */
export interface IdTokens {
  /** The token of an id: a prefix such as `bml_` and 50 base64url characters. The same id gives the same token. */
  write(id: Id): string;
  /** The id a token stands for, if it has this prefix and a valid MAC; needs no lookup. */
  read<Prefix extends string>(prefix: Prefix, text: string): Id<Prefix> | undefined;
  /** The current token of an id whose token this is, when that was made with an older secret. */
  renew(prefix: string, text: string): string | undefined;
}

const macLength = 21;

/**
 * 16 bytes of id, then an HMAC-SHA-256 over the prefixed id, cut to 168 bits. The database alone is not enough to compute a token, and a token of
 * one kind or purpose is not valid for another.
 */
function openIdTokens(keyring: Keyring, purpose: Purpose, start: string): IdTokens {
  const keys = keyring.derive(purpose);
  const mac = (key: Buffer, id: Id) => createHmac("sha256", key).update(id).digest().subarray(0, macLength);

  const tokens: IdTokens = {
    write: (id) => start + Buffer.concat([idBytes(id), mac(keys[0], id)]).toString("base64url"),

    read(prefix, text) {
      if (text.length !== start.length + 50 || !text.startsWith(start)) return undefined;
      const bytes = Buffer.from(text.slice(start.length), "base64url");
      if (bytes.length !== 16 + macLength || start + bytes.toString("base64url") !== text) return undefined;
      const id = idFromBytes(prefix, bytes.subarray(0, 16));
      return keys.some((key) => timingSafeEqual(mac(key, id), bytes.subarray(16))) ? id : undefined;
    },

    renew(prefix, text) {
      const id = tokens.read(prefix, text);
      const current = id && tokens.write(id);
      return current === text ? undefined : current;
    },
  };
  return tokens;
}

/** Tokens in emailed links. They prove that the email was received. */
export const openMailedTokens = (keyring: Keyring) => openIdTokens(keyring, "mailed-token", "bml_");

/** Authorization codes of OAuth. Each stands for what a user has granted an app. */
export const openAuthorizationCodes = (keyring: Keyring) => openIdTokens(keyring, "authorization-code", "bac_");

/** Codes by which a device asks whether its user has typed the other one (RFC 8628). */
export const openDeviceCodes = (keyring: Keyring) => openIdTokens(keyring, "device-code", "bdc_");

/** Tokens of trusted devices, which need no second factor for a while. */
export const openDeviceTokens = (keyring: Keyring) => openIdTokens(keyring, "device-token", "btd_");

/** Tokens of operators who look as a user. No other service takes one for an access token. */
export const openImpersonationTokens = (keyring: Keyring) => openIdTokens(keyring, "impersonation-token", "bim_");

/** Tokens in the link with which an installation is set up. */
export const openSetupTokens = (keyring: Keyring) => openIdTokens(keyring, "setup-token", "bst_");
