import { z } from "zod";
import { PasskeyAssertion } from "../passkeys/assertion.contract";
import { AnyPassword, Email, Timestamp, text } from "../shapes.contract";
import { OptionalCode } from "../two-factor/code.contract";
import { User } from "../users/users.contract";
import { KeepSession } from "./session-mode.contract";

export const Login = z.strictObject({
  email: Email,
  password: AnyPassword,
  /** Six digits from the authenticator app, or a backup code. */
  twoFactorCode: OptionalCode,
  /** Requests a `deviceToken`, which this device sends instead of a code for 30 days. */
  trustDevice: z.boolean().optional(),
  deviceToken: text(200).optional(),
  session: KeepSession,
});

export const ContinueLogin = z.strictObject({
  /** From the error TWO_FACTOR_REQUIRED; works once, within five minutes. */
  challenge: text(4096).min(1),
  twoFactorCode: OptionalCode,
  /** The use of a passkey, in place of a code. */
  passkey: PasskeyAssertion.optional(),
  trustDevice: Login.shape.trustDevice,
  session: KeepSession,
});

const tokens = {
  accessToken: z.string(),
  /** Absent in cookie mode. */
  refreshToken: z.string().optional(),
  tokenType: z.literal("Bearer"),
  /** Seconds until the access token expires. */
  expiresIn: z.literal(900),
};
export const Tokens = z.object(tokens);
export const LoggedIn = z.object({
  ...tokens,
  user: User,
  deviceToken: z.string().optional(),
  /** In cookie mode, why this browser will not keep the cookie. */
  warning: z.string().optional(),
});

export const Refresh = z.strictObject({
  /** When left out, the cookie is used. */
  refreshToken: text(8192).optional(),
});

export const Logout = z.strictObject({
  /** Ends the session of this token. When left out, the access token or the cookie identifies the session. */
  refreshToken: text(8192).optional(),
  allSessions: z.boolean().default(false),
});

export const Session = z.object({
  id: z.string(),
  /** `Firefox on macOS` */
  device: z.string(),
  isCurrent: z.boolean(),
  /** How its user signed in: `password`, `passkey`, `email-link`, or the name of a provider. */
  method: z.string(),
  /** Whether its user has proven a second factor in it. */
  twoFactor: z.boolean(),
  ip: z.string(),
  userAgent: z.string().nullable(),
  createdAt: Timestamp,
  lastUsedAt: Timestamp,
  expiresAt: Timestamp,
});
