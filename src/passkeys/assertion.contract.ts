import { z } from "zod";
import { text } from "../shapes.contract";

/** Base64url. A browser's `toJSON()` makes these objects; what later browsers add to them is left out, not refused. */
export const bytes = (max: number) => text(max).min(1);
/** At most 1,023 bytes (WebAuthn level 3, 4). */
const credentialId = bytes(1_364);
export const credential = {
  id: credentialId,
  rawId: credentialId,
  type: z.literal("public-key"),
  clientExtensionResults: z.object({}).default({}),
};

/** What `navigator.credentials.get` returned, as its `toJSON()` has it. */
export const PasskeyAssertion = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: bytes(8_192),
    authenticatorData: bytes(8_192),
    signature: bytes(8_192),
    userHandle: text(100)
      .optional()
      .transform((handle) => handle ?? ""),
  }),
});
