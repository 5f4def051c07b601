import { z } from "zod";
import { about, text } from "../shapes.contract";

/** Base64url. A browser's `toJSON()` makes these objects; what later browsers add to them is left out, not refused. */
export const bytes = (max: number) => text(max).min(1);
/** At most 1,023 bytes (WebAuthn level 3, 4). */
const credentialId = bytes(1_364);
export const credential = {
  id: credentialId.meta(about("The credential's id.", "AQIDBAUGBwgJ")),
  rawId: credentialId.meta(about("The same.", "AQIDBAUGBwgJ")),
  type: z.literal("public-key").describe("The kind of credential."),
  clientExtensionResults: z.object({}).default({}).meta(about("What extensions returned; it is not used.", {})),
};

export const PasskeyAssertion = z
  .object({
    ...credential,
    response: z
      .object({
        clientDataJSON: bytes(8_192).meta(about("What the browser signed.", "eyJ0eXBlIjoi…")),
        authenticatorData: bytes(8_192).meta(about("What the authenticator says.", "SZYN5YgO…")),
        signature: bytes(8_192).meta(about("The signature of both.", "MEUCIQDz…")),
        userHandle: text(100)
          .meta(about("Whose passkey it is.", "AAECAwQFBgc"))
          .optional()
          .transform((handle) => handle ?? "")
          .describe("Whose passkey it is."),
      })
      .describe("The assertion itself. Every field is base64url."),
  })
  .meta({
    id: "PasskeyAssertion",
    description: "What `navigator.credentials.get` returned, as its `toJSON()` has it.",
  });
