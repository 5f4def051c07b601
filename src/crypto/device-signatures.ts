import { compactVerify, decodeProtectedHeader, importJWK } from "jose";

/** The public key of a device, as a JWK without anything else. */
export type DeviceKey = { kty: "EC"; crv: "P-256"; x: string; y: string } | { kty: "RSA"; n: string; e: "AQAB" };

/** What a browser signed to show that it has the key of its device (Device Bound Session Credentials, 9.10). */
export interface DeviceSignature {
  challenge: string;
  key: DeviceKey;
}

/** Characters of a signature with a key of 4,096 bits, and of the key. */
const maxLength = 8_192;
/** Base64url characters of the modulus of an RSA key: 4,096 bits. Verifying takes time that grows with its cube. */
const maxModulus = 683;

/**
 * Verifies a `dbsc+jwt`: by a key that is known, or else by the one that it carries, which proves only that the sender has that key.
 * @returns undefined for anything that was not signed by the key
 */
export async function verifyDeviceSignature(text: string, known?: JsonWebKey): Promise<DeviceSignature | undefined> {
  if (text.length > maxLength) return undefined;
  try {
    const { typ, jwk } = decodeProtectedHeader(text);
    const key = deviceKeyOf((known ?? jwk ?? {}) as JsonWebKey);
    if (typ !== "dbsc+jwt" || !key) return undefined;
    const algorithm = key.kty === "EC" ? "ES256" : "RS256";
    const { payload } = await compactVerify(text, await importJWK(key, algorithm), { algorithms: [algorithm] });
    const { jti } = JSON.parse(Buffer.from(payload).toString()) as { jti?: unknown };
    return typeof jti === "string" ? { challenge: jti, key } : undefined;
  } catch {
    // Whatever it is, it is not a signature.
    return undefined;
  }
}

function deviceKeyOf({ kty, crv, x, y, n, e }: JsonWebKey): DeviceKey | undefined {
  if (kty === "EC" && crv === "P-256" && typeof x === "string" && typeof y === "string") return { kty, crv, x, y };
  if (kty === "RSA" && e === "AQAB" && typeof n === "string" && n.length <= maxModulus) return { kty, n, e };
  return undefined;
}
