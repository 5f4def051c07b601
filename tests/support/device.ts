import { generateKeyPairSync, sign } from "node:crypto";

/** What signs for a browser that knows Device Bound Session Credentials. */
export interface Device {
  /** A signature in a `dbsc+jwt`; with the public key, as a registration has it. */
  sign(challenge: string, options?: { withKey?: boolean; header?: object }): string;
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

export function newDevice(alg: "ES256" | "RS256" = "ES256", modulusLength = 2048): Device {
  const { privateKey, publicKey } =
    alg === "ES256"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : generateKeyPairSync("rsa", { modulusLength });
  const jwk = publicKey.export({ format: "jwk" });
  return {
    sign(challenge, { withKey = false, header } = {}) {
      const signed = `${part({ alg, typ: "dbsc+jwt", ...(withKey && { jwk }), ...header })}.${part({ jti: challenge })}`;
      const signature = sign("sha256", Buffer.from(signed), { key: privateKey, dsaEncoding: "ieee-p1363" });
      return `${signed}.${signature.toString("base64url")}`;
    },
  };
}
