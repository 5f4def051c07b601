import { createHmac, timingSafeEqual } from "node:crypto";
import { type ApiKeyId, idBytes, idFromBytes } from "../ids";
import type { Keyring } from "./keyring";

/** Seconds a workload token lives at most. */
export const workloadTokenSeconds = 900;

/** Stands for an API key for a quarter of an hour, in the hands of a program that proved by other means who it is. */
export interface WorkloadToken {
  keyId: ApiKeyId;
  /** Milliseconds since 1970, in whole seconds. */
  expiresAt: number;
}

export interface WorkloadTokens {
  /** `bsw_` and 56 base64url characters. */
  write(token: WorkloadToken): string;
  /** Undefined for anything we did not write; costs no look at the database. Its time is for the caller to compare. */
  read(text: string): WorkloadToken | undefined;
}

export const workloadTokenPrefix = "bsw_";
const payloadLength = 22;
const macLength = 20;

/** 16 bytes of key id and 6 of end, then an HMAC-SHA-256 cut to 160 bits (RFC 2104). Nothing is stored. */
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
