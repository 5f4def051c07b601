import { timingSafeEqual } from "node:crypto";
import { idFromBytes, type SessionId, writeIdBytes } from "../ids";
import type { Keyring } from "./keyring";
import { openMac } from "./mac";

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

/** 60 characters of six bits are 45 bytes and nothing over, so each token has one spelling. */
const shape = /^bsr_[A-Za-z0-9_-]{60}$/;

/**
 * 6 bytes of row number, 16 of session id, 5 of generation, then an HMAC-SHA-256 cut to 144 bits (RFC 2104). The database alone is not enough to
 * compute a token.
 */
export function openRefreshTokens(keyring: Keyring): RefreshTokens {
  const macs = keyring.derive("refresh-token").map((key) => openMac(key, payloadLength)) as [Mac, ...Mac[]];
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
      if (!shape.test(text)) return undefined;
      bytes.write(text.slice(prefix.length), "base64url");
      if (!macs.some((mac) => isGiven(mac(payload)))) return undefined;
      return {
        rowId: bytes.readUIntBE(0, 6),
        session: idFromBytes("ses", bytes, 6),
        generation: bytes.readUIntBE(22, 5),
      };
    },
  };
}

type Mac = ReturnType<typeof openMac>;
