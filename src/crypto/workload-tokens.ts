import { createHmac, timingSafeEqual } from "node:crypto";
import { type ApiKeyId, idBytes, idFromBytes } from "../ids";
import type { Keyring } from "./keyring";

/** Seconds until a workload token expires, at most. */
export const workloadTokenSeconds = 900;

/** Stands for an API key for at most 15 minutes, for a program that proved its identity by other means. */
export interface WorkloadToken {
  keyId: ApiKeyId;
  /** Milliseconds since 1970, in whole seconds. */
  expiresAt: number;
}

export interface WorkloadTokens {
  /** `bsw_` and 56 base64url characters. */
  write(token: WorkloadToken): string;
  /** Undefined for anything without a valid MAC; needs no lookup. Whether it has expired is for the caller to check. */
  read(text: string): WorkloadToken | undefined;
}

/** The tokens in a text, whatever stands around them. */
export const workloadTokensIn = (tokens: WorkloadTokens, text: string): WorkloadToken[] =>
  [...new Set(text.match(/bsw_[\w-]{56}/g))].flatMap((found) => tokens.read(found) ?? []);

export const workloadTokenPrefix = "bsw_";
const payloadLength = 22;
const macLength = 20;

/** 16 bytes of key id and 6 of expiry, then an HMAC-SHA-256 cut to 160 bits (RFC 2104). Nothing is stored. */
export function openWorkloadTokens(keyring: Keyring): WorkloadTokens {
  const keys = keyring.derive("workload-token");
  const mac = (key: Buffer, payload: Uint8Array) =>
    createHmac("sha256", key).update(payload).digest().subarray(0, macLength);

  return {
    write({ keyId, expiresAt }) {
      const payload = Buffer.alloc(payloadLength);
      payload.set(idBytes(keyId), 0);
      payload.writeUIntBE(Math.floor(expiresAt / 1000), 16, 6);
      return workloadTokenPrefix + Buffer.concat([payload, mac(keys[0], payload)]).toString("base64url");
    },

    read(text) {
      if (text.length !== 60 || !text.startsWith(workloadTokenPrefix)) return undefined;
      const bytes = Buffer.from(text.slice(workloadTokenPrefix.length), "base64url");
      if (workloadTokenPrefix + bytes.toString("base64url") !== text) return undefined;
      const payload = bytes.subarray(0, payloadLength);
      const given = bytes.subarray(payloadLength);
      if (given.length !== macLength || !keys.some((key) => timingSafeEqual(mac(key, payload), given))) {
        return undefined;
      }
      return { keyId: idFromBytes("key", payload.subarray(0, 16)), expiresAt: payload.readUIntBE(16, 6) * 1000 };
    },
  };
}
