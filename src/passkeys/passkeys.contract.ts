import { z } from "zod";
import { KeepSession } from "../sessions/session-mode.contract";
import { about, idOf, listOf, singleLine, Timestamp, text } from "../shapes.contract";
import { identity } from "../users/identity.contract";
import { bytes, credential, PasskeyAssertion } from "./assertion.contract";

const CreatedPasskey = z
  .object({
    ...credential,
    response: z
      .object({
        clientDataJSON: bytes(8_192).meta(about("What the browser signed.", "eyJ0eXBlIjoi…")),
        attestationObject: bytes(32_768).meta(about("What the authenticator says.", "o2NmbXRkbm9u…")),
        transports: z
          .array(text(30))
          .max(10)
          .default([])
          .meta(about("How it is reached.", ["internal"])),
      })
      .describe("The attestation itself. Every field is base64url."),
  })
  .meta({
    id: "PasskeyAttestation",
    description: "What `navigator.credentials.create` returned, as its `toJSON()` has it.",
  });

const challenge = z.string().meta(about("What the authenticator signs; works once, within five minutes.", "eyJ…"));
const rpId = z.string().meta(about("The domain that passkeys belong to.", "example.com"));
const timeout = z.number().meta(about("Milliseconds the user has.", 300_000));
const userVerification = z.literal("required").describe("The authenticator asks for a PIN or a fingerprint.");

export const RequestOptions = z
  .object({
    challenge,
    rpId,
    timeout,
    userVerification,
    allowCredentials: z.array(z.string()).meta(about("Empty: the user chooses.", [])),
  })
  .meta({
    id: "PasskeyRequestOptions",
    description: "What `PublicKeyCredential.parseRequestOptionsFromJSON` takes.",
  });

const publicKey = z.literal("public-key").describe("The kind of credential.");
const Descriptor = z.object({
  id: z.string().meta(about("The credential's id.", "AQIDBAUGBwgJ")),
  type: publicKey,
  transports: z.array(z.string()).meta(about("How it is reached.", ["internal"])),
});

export const CreationOptions = z
  .object({
    challenge,
    rp: z
      .object({ id: rpId, name: z.string().meta(about("What people see.", "Bask")) })
      .describe("Whom the passkey is for."),
    user: z
      .object({
        id: z.string().meta(about("A handle of the user.", "AAECAwQFBgc")),
        name: z.string().meta(about("The user's email.", "ada@example.com")),
        displayName: z.string().meta(about("The user's name.", "Ada Lovelace")),
      })
      .describe("Whose it is."),
    pubKeyCredParams: z
      .array(z.object({ type: publicKey, alg: z.number().meta(about("A COSE algorithm.", -7)) }))
      .describe("The signatures that are accepted."),
    timeout,
    attestation: z.literal("none").describe("No proof of the model is asked for."),
    excludeCredentials: z.array(Descriptor).describe("The passkeys that the user has already."),
    authenticatorSelection: z
      .object({
        residentKey: z.literal("required").describe("The passkey is found without an email."),
        requireResidentKey: z.literal(true).describe("The same, for older browsers."),
        userVerification,
      })
      .describe("What the authenticator must do."),
  })
  .meta({
    id: "PasskeyCreationOptions",
    description: "What `PublicKeyCredential.parseCreationOptionsFromJSON` takes.",
  });

const nameText = about("What the user calls it.", "Firefox on macOS");
const name = singleLine(60).meta(nameText);
export const RenamePasskey = z
  .strictObject({ ...identity, name })
  .meta({ id: "RenamePasskey", example: { name: "Work laptop" } });
export const SignInWithPasskey = z
  .strictObject({ passkey: PasskeyAssertion.describe("The use of the passkey."), session: KeepSession })
  .meta({ id: "LoginWithPasskey" });
export const AddPasskey = z
  .strictObject({
    passkey: CreatedPasskey.describe("What the browser created."),
    name: name.optional().describe("The browser and the system it was created with, when left out."),
  })
  .meta({ id: "AddPasskey" });

export const Passkey = z
  .object({
    id: idOf("pky").describe("The passkey's id."),
    name: z.string().meta(nameText),
    credentialId: z.string().meta(about("The credential's id.", "AQIDBAUGBwgJ")),
    transports: z.array(z.string()).meta(about("How it is reached.", ["internal"])),
    backupEligible: z.boolean().describe("Whether it can be copied to the user's other devices."),
    backedUp: z.boolean().describe("Whether it has been copied to them."),
    aaguid: z
      .string()
      .meta(
        about("The model of the authenticator; zeros where it does not tell.", "00000000-0000-0000-0000-000000000000"),
      ),
    createdAt: Timestamp.describe("When it was created."),
    lastUsedAt: Timestamp.nullable().describe("When it was last used."),
  })
  .meta({ id: "Passkey", description: "A credential of an authenticator, in place of a password." });
export const Passkeys = listOf(Passkey).meta({ id: "PasskeyList" });

export const AcceptedPasskeys = z
  .object({
    rpId,
    userId: z.string().meta(about("A handle of the user.", "AAECAwQFBgc")),
    allAcceptedCredentialIds: z
      .array(z.string())
      .meta(about("The passkeys that are left, so that authenticators can hide the others.", ["AQIDBAUGBwgJ"])),
  })
  .meta({
    id: "AcceptedPasskeys",
    description: "What `PublicKeyCredential.signalAllAcceptedCredentials` takes.",
  });
