import { unpadded } from "../../crypto/foreign/foreign-hash";
import { pbkdf2String } from "../../crypto/foreign/pbkdf2";
import type { Fields } from "../files/import-file";
import { reasons } from "../reasons";
import { flag, joined, list, object, text, time } from "./fields";
import type { Source } from "./source";

/** Keycloak: a realm with its users, as `kc.sh export` writes it. */
export const keycloak: Source = {
  title: "Keycloak",
  recognizes: (fields) =>
    "username" in fields && ["createdTimestamp", "credentials", "requiredActions"].some((name) => name in fields),
  read(fields) {
    const externalId = text(fields, "id");
    const email = text(fields, "email");
    const refused = (reason: string) => ({ outcome: "skipped", reason, externalId, email }) as const;
    if (text(fields, "serviceAccountClientId") !== undefined) return refused(reasons.serviceAccount);
    if (email === undefined) return refused(reasons.noEmail);
    const credentials = list(fields, "credentials");
    const password = credentials.find(({ type }) => type === "password");
    return {
      externalId,
      email,
      fullName: joined(text(fields, "firstName"), text(fields, "lastName")) ?? text(fields, "username"),
      passwordHash: password && hashOf(password),
      emailVerified: flag(fields, "emailVerified") ?? false,
      createdAt: time(fields, "createdTimestamp"),
      suspended: flag(fields, "enabled") === false,
      notTaken: [...new Set(credentials.flatMap(({ type }) => otherCredentials[String(type)] ?? []))],
    };
  },
};

const otherCredentials: Readonly<Record<string, string>> = {
  otp: "authenticator app",
  totp: "authenticator app",
  "recovery-authn-codes": "recovery codes",
  webauthn: "security key",
  "webauthn-passwordless": "passkey",
};

const digests = { pbkdf2: "sha1", "pbkdf2-sha256": "sha256", "pbkdf2-sha512": "sha512" } as const;

/**
 * A credential as one text: its salt and its value are bytes in base64. Before Keycloak 8 its parts stood in the credential itself. What cannot
 * be a hash gives a text that is none.
 */
function hashOf(credential: Fields): string {
  const secret = object(credential, "secretData");
  const data = object(credential, "credentialData");
  const algorithm = text(data, "algorithm") ?? text(credential, "algorithm") ?? "";
  const iterations = Number(text(data, "hashIterations") ?? text(credential, "hashIterations"));
  const [salt, key] = [
    text(secret, "salt") ?? text(credential, "salt"),
    text(secret, "value") ?? text(credential, "hashedSaltedValue"),
  ].map((base64) => Buffer.from(base64 ?? "", "base64"));
  if (algorithm === "argon2") return argon2(object(data, "additionalParameters"), iterations, salt!, key!);
  const digest = digests[algorithm as keyof typeof digests];
  return digest ? pbkdf2String({ digest, iterations, salt: salt!, key: key! }) : `keycloak:${algorithm}`;
}

function argon2(parameters: Fields, iterations: number, salt: Buffer, key: Buffer): string {
  const parameter = (name: string) => String([parameters[name]].flat()[0] ?? "");
  const version = parameter("version") === "1.0" ? 16 : 19;
  const cost = `m=${parameter("memory")},t=${iterations},p=${parameter("parallelism")}`;
  return `argon2$argon2${parameter("type")}$v=${version}$${cost}$${unpadded(salt)}$${unpadded(key)}`;
}
