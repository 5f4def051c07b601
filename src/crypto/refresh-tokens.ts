import { timingSafeEqual } from "node:crypto";
import { type GrantId, type Id, idFromBytes, type SessionId, writeIdBytes } from "../ids";
import type { Keyring, Purpose } from "./keyring";
import { openMac } from "./mac";

/**
 * What a refresh token carries: the row number of its session or grant, so that no index is searched, its id, and the rotation the token belongs
 * to.
 */
export interface RefreshToken<Owner extends Id = SessionId> {
  rowId: number;
  session: Owner;
  generation: number;
}

export interface RefreshTokens<Owner extends Id> {
  /** The token of a generation: a prefix such as `bsr_` and 60 base64url characters. The same input gives the same token. */
  write(token: RefreshToken<Owner>): string;
  /** Undefined for anything without a valid MAC; needs no lookup. */
  read(text: string): RefreshToken<Owner> | undefined;
}

const payloadLength = 27;
const macLength = 18;

/** 60 characters of six bits are 45 bytes and nothing over, so each token has one spelling. */
const shape = /^[A-Za-z0-9_-]{60}$/;

/** Of sessions. */
export const openRefreshTokens = (keyring: Keyring): RefreshTokens<SessionId> =>
  openTokens(keyring, "refresh-token", "bsr_", "ses");

/** Of what apps were granted. */
export const openGrantRefreshTokens = (keyring: Keyring): RefreshTokens<GrantId> =>
  openTokens(keyring, "grant-refresh-token", "bgr_", "grt");

/**
 * 6 bytes of row number, 16 of session id, 5 of generation, then an HMAC-SHA-256 cut to 144 bits (RFC 2104). The database alone is not enough to
 * compute a token.
 */
function openTokens<Prefix extends string>(
  keyring: Keyring,
  purpose: Purpose,
  prefix: string,
  idPrefix: Prefix,
): RefreshTokens<Id<Prefix>> {
  const macs = keyring.derive(purpose).map((key) => openMac(key, payloadLength)) as [Mac, ...Mac[]];
  /** One token is read or written at a time, and nothing is awaited meanwhile. */
  const bytes = Buffer.alloc(payloadLength + macLength);
  const payload = bytes.subarray(0, payloadLength);
  const given = bytes.subarray(payloadLength);
  const isGiven = (mac: Uint8Array) => timingSafeEqual(mac.subarray(0, macLength), given);

  return {
    write({ rowId, session, generation }) {
      bytes.writeUIntBE(rowId, 0, 6);
      writeIdBytes(session, bytes, 6);
      bytes.writeUIntBE(generation, 22, 5);
      given.set(macs[0](payload).subarray(0, macLength));
      return prefix + bytes.toString("base64url");
    },

    read(text) {
      const encoded = text.slice(prefix.length);
      if (!text.startsWith(prefix) || !shape.test(encoded)) return undefined;
      bytes.write(encoded, "base64url");
      if (!macs.some((mac) => isGiven(mac(payload)))) return undefined;
      return {
        rowId: bytes.readUIntBE(0, 6),
        session: idFromBytes(idPrefix, bytes, 6),
        generation: bytes.readUIntBE(22, 5),
      };
    },
  };
}

type Mac = ReturnType<typeof openMac>;
