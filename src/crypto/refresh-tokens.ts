import { createHmac, timingSafeEqual } from "node:crypto";
import { idBytes, idFromBytes, type SessionId } from "../ids";
import type { Keyring } from "./keyring";

/** What a refresh token carries: the row number of its session, so that no index is searched, the session's id, and the rotation it belongs to. */
export interface RefreshToken {
  rowId: number;
  session: SessionId;
  generation: number;
}

export interface RefreshTokens {
  /** The token of a generation: `bsr_` and 60 base64url characters. The same input gives the same token. */
  write(token: RefreshToken): string;
  /** Undefined for anything without a valid MAC; needs no lookup. */
  read(text: string): RefreshToken | undefined;
}

const prefix = "bsr_";
const payloadLength = 27;
const macLength = 18;

/**
 * 6 bytes of row number, 16 of session id, 5 of generation, then an HMAC-SHA-256 cut to 144 bits (RFC 2104). The database alone is not enough to
 * compute a token.
 */
export function openRefreshTokens(keyring: Keyring): RefreshTokens {
  const keys = keyring.derive("refresh-token");
  const mac = (key: Buffer, payload: Uint8Array) =>
    createHmac("sha256", key).update(payload).digest().subarray(0, macLength);

  return {
    write({ rowId, session, generation }) {
      const payload = Buffer.alloc(payloadLength);
      payload.writeUIntBE(rowId, 0, 6);
      payload.set(idBytes(session), 6);
      payload.writeUIntBE(generation, 22, 5);
      return prefix + Buffer.concat([payload, mac(keys[0], payload)]).toString("base64url");
    },

    read(text) {
      if (text.length !== 64 || !text.startsWith(prefix)) return undefined;
      const bytes = Buffer.from(text.slice(prefix.length), "base64url");
      if (bytes.length !== payloadLength + macLength || prefix + bytes.toString("base64url") !== text) return undefined;
      const payload = bytes.subarray(0, payloadLength);
      const given = bytes.subarray(payloadLength);
      if (!keys.some((key) => timingSafeEqual(mac(key, payload), given))) return undefined;
      return {
        rowId: payload.readUIntBE(0, 6),
        session: idFromBytes("ses", payload.subarray(6, 22)),
        generation: payload.readUIntBE(22, 5),
      };
    },
  };
}
