import { z } from "zod";
import { KeepSession } from "../sessions/session-mode.contract";
import { singleLine, Timestamp, text } from "../shapes.contract";
import { identity } from "../users/identity.contract";
import { bytes, credential, PasskeyAssertion } from "./assertion.contract";

/** What `navigator.credentials.create` returned, as its `toJSON()` has it. */
const CreatedPasskey = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: bytes(8_192),
    attestationObject: bytes(32_768),
    transports: z.array(text(30)).max(10).default([]),
  }),
});

/** What `PublicKeyCredential.parseRequestOptionsFromJSON` takes. */
export const RequestOptions = z.object({
  challenge: z.string(),
  rpId: z.string(),
  timeout: z.number(),
  userVerification: z.literal("required"),
  allowCredentials: z.array(z.string()),
});

const Descriptor = z.object({ id: z.string(), type: z.literal("public-key"), transports: z.array(z.string()) });

/** What `PublicKeyCredential.parseCreationOptionsFromJSON` takes. */
export const CreationOptions = z.object({
  challenge: z.string(),
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  pubKeyCredParams: z.array(z.object({ type: z.literal("public-key"), alg: z.number() })),
  timeout: z.number(),
  attestation: z.literal("none"),
  excludeCredentials: z.array(Descriptor),
  authenticatorSelection: z.object({
    residentKey: z.literal("required"),
    requireResidentKey: z.literal(true),
    userVerification: z.literal("required"),
  }),
});

const name = singleLine(60);
export const RenamePasskey = z.strictObject({ ...identity, name });
export const SignInWithPasskey = z.strictObject({ passkey: PasskeyAssertion, session: KeepSession });
export const AddPasskey = z.strictObject({
  passkey: CreatedPasskey,
  /** The browser and the system it was created with, when left out. */
  name: name.optional(),
});

export const Passkey = z.object({
  id: z.string(),
  name: z.string(),
  credentialId: z.string(),
  transports: z.array(z.string()),
  /** Whether it can be copied to the user's other devices, ... */
  backupEligible: z.boolean(),
  /** ... and has been. */
  backedUp: z.boolean(),
  /** The model of the authenticator; zeros where it does not tell. */
  aaguid: z.string(),
  createdAt: Timestamp,
  lastUsedAt: Timestamp.nullable(),
});

/** What `PublicKeyCredential.signalAllAcceptedCredentials` takes. */
export const AcceptedPasskeys = z.object({
  rpId: z.string(),
  userId: z.string(),
  allAcceptedCredentialIds: z.array(z.string()),
});
