import { z } from "zod";
import { KeepSession } from "../sessions/session-mode.contract";
import { about, Email, text } from "../shapes.contract";
import { RequiredCode } from "../two-factor/code.contract";

const token = text(200).min(1).meta(about("The token of the link, from behind its `#token=`.", "bml_AZrT3q…"));
const codeVerifier = text(128)
  .min(43)
  .meta(
    about(
      "What the browser kept when it asked for the link: 43 to 128 characters (RFC 7636, 4.1).",
      "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    ),
  );
const email = Email.describe("The email of the account.");

export const RequestEmailLink = z
  .strictObject({
    email,
    codeChallenge: text(43)
      .min(43)
      .meta(
        about(
          "The SHA-256 of a `codeVerifier` in base64url. The link works only with that verifier.",
          "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        ),
      ),
  })
  .meta({ id: "RequestEmailLink" });
export const SignInWithLink = z
  .strictObject({ token, codeVerifier, session: KeepSession })
  .meta({ id: "EmailLinkLogin" });
export const LinkToken = z.strictObject({ token }).meta({ id: "EmailLinkToken" });
export const LinkCode = z
  .object({
    code: z.string().meta(about("Six digits, to be typed in the browser that asked for the link.", "048213")),
  })
  .meta({ id: "EmailLinkCode" });
export const SignInWithLinkCode = z
  .strictObject({
    email,
    code: RequiredCode.describe("The six digits that the link shows where it is opened."),
    codeVerifier,
    session: KeepSession,
  })
  .meta({ id: "EmailLinkCodeLogin" });
