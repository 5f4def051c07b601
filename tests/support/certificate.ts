import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";

/** A certificate and its private key, in PEM. */
export interface Certificate {
  cert: string;
  key: string;
  issue: Issuer;
}

interface Issuer {
  name: string;
  key: KeyObject;
}

/** One value in DER (X.690). */
function der(tag: number, ...content: Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const bytes = body.length < 128 ? [] : body.length < 256 ? [0x81] : [0x82, body.length >> 8];
  return Buffer.concat([Buffer.from([tag, ...bytes, body.length & 255]), body]);
}
const sequence = (...content: Uint8Array[]) => der(0x30, ...content);
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const time = (at: Date) =>
  der(
    0x17,
    Buffer.from(
      `${at
        .toISOString()
        .replace(/[-:T]|\.\d+/g, "")
        .slice(2)}`,
    ),
  );
const commonName = (name: string) => sequence(der(0x31, sequence(oid("550403"), der(0x0c, Buffer.from(name)))));
const extension = (hex: string, value: Buffer) => sequence(oid(hex), der(0x01, Buffer.from([255])), der(0x04, value));
const ecdsaWithSha256 = sequence(oid("2a8648ce3d040302"));

/**
 * Makes a certificate (RFC 5280) that is good for a day: of an authority, or, where one issues it, of a server.
 * @param ip the IPv4 address of the server
 */
export function makeCertificate(name: string, { issuer, ip }: { issuer?: Certificate; ip?: string } = {}): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { name: issuerName, key: issuerKey } = issuer?.issue ?? { name, key: privateKey };
  const day = 86_400_000;
  const constraint = ip
    ? extension("551d11", sequence(der(0x87, Buffer.from(ip.split(".").map(Number)))))
    : extension("551d13", sequence(der(0x01, Buffer.from([255]))));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    commonName(issuerName),
    sequence(time(new Date(Date.now() - day)), time(new Date(Date.now() + day))),
    commonName(name),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(constraint)),
  );
  const signature = createSign("sha256").update(body).sign(issuerKey);
  const bits = der(0x03, Buffer.concat([Buffer.from([0]), signature]));
  const lines = sequence(body, ecdsaWithSha256, bits)
    .toString("base64")
    .match(/.{1,64}/g)!;
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
    issue: { name, key: privateKey },
  };
}
