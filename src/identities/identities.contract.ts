import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import { KeepSession } from "../sessions/session-mode.contract";
import { about, idOf, listOf, Timestamp, text } from "../shapes.contract";
import { identity } from "../users/identity.contract";

const provider = text(40).meta(about("The name of a provider, as `GET /auth/oauth` lists it.", "google"));
const codeVerifier = text(128)
  .min(43)
  .meta(
    about(
      "What the page kept when it started: 43 to 128 characters (RFC 7636, 4.1).",
      "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    ),
  );
const ticket = text(4_096)
  .min(1)
  .meta(about("What came behind `#oauth_ticket=`; works once, within a minute.", "l3xk…"));

/** A path of the product: one slash, then no second one and no backslash, which browsers take for the beginning of a host. */
const isPath = (path: string) => /^\/(?![/\\])[\x21\x22\x24-\x5b\x5d-\x7e]*$/.test(path);

const start = {
  codeChallenge: text(43)
    .min(43)
    .meta(about("The SHA-256 of a `codeVerifier` in base64url.", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")),
  returnTo: text(500)
    .refine(isPath, fieldMessages.path)
    .default("/")
    .meta(about("The path below APP_URL that the browser comes back to.", "/sign-in")),
};

export const StartOAuth = z.strictObject(start).meta({ id: "StartOAuth" });
export const StartLinking = z.strictObject({ provider, ...start, ...identity }).meta({ id: "StartLinking" });
export const StartReauthentication = z.strictObject({ provider, ...start }).meta({ id: "StartReauthentication" });
export const OAuthUrl = z
  .object({
    url: z.string().meta(about("Where to send the browser.", "https://accounts.google.com/o/oauth2/v2/auth?…")),
  })
  .meta({ id: "OAuthUrl" });
export const SignInWithProvider = z
  .strictObject({ ticket, codeVerifier, session: KeepSession })
  .meta({ id: "OAuthLogin" });
export const ReauthenticateWithProvider = z
  .strictObject({ ticket, codeVerifier, twoFactorCode: identity.twoFactorCode })
  .meta({ id: "OAuthReauthentication" });
export const LinkIdentity = z.strictObject({ ticket, codeVerifier }).meta({ id: "LinkIdentity" });

export const Providers = listOf(
  z
    .object({ name: provider, title: z.string().meta(about("What the button says.", "Google")) })
    .meta({ id: "OAuthProvider" }),
).meta({ id: "OAuthProviderList" });

export const LinkedIdentity = z
  .object({
    id: idOf("idn").describe("The id of the link."),
    provider: z
      .string()
      .nullable()
      .meta(about("The provider; null for one that this installation no longer has.", "google")),
    issuer: z.string().meta(about("Its URL.", "https://accounts.google.com")),
    emailAtLink: z
      .string()
      .nullable()
      .meta(about("The email of the account there when it was linked.", "ada@gmail.com")),
    createdAt: Timestamp.describe("When it was linked."),
    lastUsedAt: Timestamp.describe("When it signed in last."),
  })
  .meta({ id: "LinkedIdentity" });
export const LinkedIdentities = listOf(LinkedIdentity).meta({ id: "LinkedIdentityList" });
