import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import type { PasskeyCreationOptions, PasskeyRequestOptions } from "../../src/sdk/client";
import type { Bask } from "./client";

export type Creation = PasskeyCreationOptions;
export type Request = PasskeyRequestOptions;

/** What an authenticator does other than a good one. */
export interface Habits {
  origin?: string;
  rpId?: string;
  /** Whether it verifies its user. */
  verifies?: boolean;
  /** Whether its passkeys can be copied to other devices. */
  backupEligible?: boolean;
  /** The counter of the next use; passkeys that are synced have none. */
  counter?: number;
  userHandle?: string;
  /** The id of a passkey that it creates. */
  id?: Buffer;
  /** What vouches for it, in CBOR: a format and a statement. */
  attestation?: { fmt: string; attStmt: Uint8Array };
}

const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest();
const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");

/** The head of a CBOR value (RFC 8949). */
function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.from([(major << 5) | 25, value >> 8, value & 255]);
}
export const cborInt = (value: number) => (value < 0 ? head(1, -1 - value) : head(0, value));
export const cborBytes = (bytes: Uint8Array) => Buffer.concat([head(2, bytes.length), bytes]);
export const cborText = (text: string) => Buffer.concat([head(3, Buffer.byteLength(text)), Buffer.from(text)]);
export const cborMap = (...entries: [Uint8Array, Uint8Array][]) =>
  Buffer.concat([head(5, entries.length), ...entries.flat()]);

/** An authenticator with passkeys on ES256, as a browser would use it on the page of `origin`. */
export function newAuthenticator(habits: Habits = {}) {
  const passkeys: { id: Buffer; key: KeyObject; rpId: string; userHandle: string; counter: number }[] = [];
  const origin = habits.origin ?? "https://bask.test";

  const flags = (more = 0, { verifies = true, backupEligible = false }: Habits) =>
    0x01 | (verifies ? 0x04 : 0) | (backupEligible ? 0x18 : 0) | more;
  const clientData = (type: string, challenge: string, from = origin) =>
    Buffer.from(JSON.stringify({ type, challenge, origin: from, crossOrigin: false }));
  const counterBytes = (counter: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(counter);
    return bytes;
  };

  return {
    passkeys,

    create(options: Creation, now: Habits = {}) {
      const given = { ...habits, ...now };
      const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const { x, y } = publicKey.export({ format: "jwk" });
      const cose = cborMap(
        [cborInt(1), cborInt(2)],
        [cborInt(3), cborInt(-7)],
        [cborInt(-1), cborInt(1)],
        [cborInt(-2), cborBytes(Buffer.from(x!, "base64url"))],
        [cborInt(-3), cborBytes(Buffer.from(y!, "base64url"))],
      );
      const id = given.id ?? randomBytes(16);
      const rpId = given.rpId ?? options.rp.id;
      const authData = Buffer.concat([
        sha256(rpId),
        Buffer.from([flags(0x40, given)]),
        counterBytes(given.counter ?? 0),
        Buffer.alloc(16),
        Buffer.from([0, id.length]),
        id,
        cose,
      ]);
      const { fmt, attStmt } = given.attestation ?? { fmt: "none", attStmt: cborMap() };
      const attestationObject = cborMap(
        [cborText("fmt"), cborText(fmt)],
        [cborText("attStmt"), attStmt],
        [cborText("authData"), cborBytes(authData)],
      );
      passkeys.push({ id, key: privateKey, rpId, userHandle: options.user.id, counter: given.counter ?? 0 });
      return {
        id: base64url(id),
        rawId: base64url(id),
        type: "public-key" as const,
        response: {
          clientDataJSON: base64url(clientData("webauthn.create", options.challenge, given.origin)),
          attestationObject: base64url(attestationObject),
          transports: ["internal"],
        },
        clientExtensionResults: {},
      };
    },

    get(options: Request, now: Habits & { passkey?: number } = {}) {
      const given = { ...habits, ...now };
      const passkey = passkeys.at(now.passkey ?? -1)!;
      const counter = now.counter ?? (passkey.counter === 0 ? 0 : ++passkey.counter);
      const authenticatorData = Buffer.concat([
        sha256(given.rpId ?? passkey.rpId),
        Buffer.from([flags(0, given)]),
        counterBytes(counter),
      ]);
      const clientDataJSON = clientData("webauthn.get", options.challenge, given.origin);
      return {
        id: base64url(passkey.id),
        rawId: base64url(passkey.id),
        type: "public-key" as const,
        response: {
          clientDataJSON: base64url(clientDataJSON),
          authenticatorData: base64url(authenticatorData),
          signature: base64url(sign("sha256", Buffer.concat([authenticatorData, sha256(clientDataJSON)]), passkey.key)),
          userHandle: given.userHandle ?? passkey.userHandle,
        },
        clientExtensionResults: {},
      };
    },
  };
}

export type Authenticator = ReturnType<typeof newAuthenticator>;

/** Adds a passkey to the account that a client is signed in to. */
export async function enroll(bask: Bask, device: Authenticator, input: { name?: string; password?: string } = {}) {
  const { name, ...identity } = input;
  const options = await bask.request<Creation>("POST", "/users/me/passkeys/options", { body: identity });
  const passkey = device.create(options);
  return bask.request<{ id: string; name: string; credentialId: string }>("POST", "/users/me/passkeys", {
    body: {
      passkey,
      ...(name !== undefined && { name }),
    },
  });
}

/** A use of a passkey for a challenge of its own. */
export async function assertion(bask: Bask, device: Authenticator, habits?: Parameters<Authenticator["get"]>[1]) {
  return device.get(await bask.request<Request>("POST", "/auth/passkeys/options"), habits);
}
