import { z } from "zod";
import { PasskeyAssertion } from "../passkeys/assertion.contract";
import { AnyPassword, about, Email, idOf, listOf, Timestamp, text } from "../shapes.contract";
import { OptionalCode } from "../two-factor/code.contract";
import { User } from "../users/users.contract";
import { KeepSession } from "./session-mode.contract";

export const Login = z
  .strictObject({
    email: Email,
    password: AnyPassword,
    twoFactorCode: OptionalCode.describe(
      "With two-factor authentication on: six digits from the authenticator app, or a backup code.",
    ),
    trustDevice: z
      .boolean()
      .optional()
      .describe("Requests a `deviceToken`, which this device sends instead of a code for 30 days."),
    deviceToken: text(200).optional().meta(about("What an earlier sign-in with `trustDevice` returned.", "btd_…")),
    session: KeepSession,
  })
  .meta({ id: "Login", example: { email: "ada@example.com", password: "correct horse battery" } });

export const ContinueLogin = z
  .strictObject({
    challenge: text(4096)
      .min(1)
      .meta(about("From the error TWO_FACTOR_REQUIRED; works once, within five minutes.", "eyJ…")),
    twoFactorCode: OptionalCode.describe("Six digits from the authenticator app, or a backup code."),
    passkey: PasskeyAssertion.optional().describe("The use of a passkey, in place of a code."),
    trustDevice: Login.shape.trustDevice,
    session: KeepSession,
  })
  .meta({ id: "ContinueLogin", example: { challenge: "eyJ…", twoFactorCode: "123456" } });

const refreshTokenExample = "bsr_…";
const tokens = {
  accessToken: z.string().meta(about("Send it as `Authorization: Bearer`. A JWT (RFC 9068).", "eyJhbGciOiJFZERTQSIs…")),
  refreshToken: z
    .string()
    .optional()
    .meta(about("Exchange it for the next pair of tokens. Absent in cookie mode.", refreshTokenExample)),
  tokenType: z.literal("Bearer").describe("How the access token is sent."),
  expiresIn: z.literal(900).describe("Seconds until the access token expires."),
};
export const Tokens = z.object(tokens).meta({ id: "Tokens", description: "A pair of tokens of one session." });
export const LoggedIn = z
  .object({
    ...tokens,
    user: User.describe("Who signed in."),
    deviceToken: z
      .string()
      .optional()
      .meta(
        about(
          "With `trustDevice`, and in place of a token that was made with an older secret: what this device sends instead of a code from now on.",
          "btd_…",
        ),
      ),
    warning: z
      .string()
      .optional()
      .meta(about("In cookie mode: why this browser will not keep the cookie.", "Browsers keep …")),
  })
  .meta({ id: "LoggedIn", description: "A new session." });

export const Refresh = z
  .strictObject({
    refreshToken: text(8192)
      .optional()
      .meta(about("The latest refresh token. When left out, the cookie is used.", refreshTokenExample)),
  })
  .meta({ id: "Refresh" });

export const Logout = z
  .strictObject({
    refreshToken: text(8192)
      .optional()
      .meta(
        about(
          "Ends the session of this token. When left out, the access token or the cookie identifies the session.",
          refreshTokenExample,
        ),
      ),
    allSessions: z.boolean().default(false).describe("Ends all sessions of the user."),
  })
  .meta({ id: "Logout", example: { allSessions: false } });

export const Session = z
  .object({
    id: idOf("ses").describe("The session's id."),
    device: z.string().meta(about("What it looks like.", "Firefox on macOS")),
    isCurrent: z.boolean().meta(about("Whether this request belongs to it.", true)),
    isBound: z
      .boolean()
      .describe("Whether it is bound to the device that it was started on: its cookie is worth nothing elsewhere."),
    method: z
      .string()
      .meta(
        about("How its user signed in: `password`, `passkey`, `email-link`, or the name of a provider.", "password"),
      ),
    twoFactor: z.boolean().describe("Whether its user has proven a second factor in it."),
    ip: z.string().meta(about("The IP address it was last used from.", "203.0.113.7")),
    userAgent: z.string().nullable().meta(about("What the client called itself.", "Mozilla/5.0 …")),
    createdAt: Timestamp.describe("When the user signed in."),
    lastUsedAt: Timestamp.describe("When it was last refreshed."),
    expiresAt: Timestamp.describe("When it ends unless it is used before."),
  })
  .meta({ id: "Session", description: "A place where a user is signed in." });
export const Sessions = listOf(Session).meta({ id: "SessionList" });
