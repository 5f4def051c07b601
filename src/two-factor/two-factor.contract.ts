import { z } from "zod";
import { Timestamp } from "../shapes.contract";
import { identity } from "../users/identity.contract";
import { OptionalCode, RequiredCode } from "./code.contract";

/** Proof of identity: a passkey, or the password where the account has one. */
const { password, passkey } = identity;
export const SetUp = z.strictObject({ password, passkey });

export const Enrollment = z.object({
  /** Base32, for typing into an app. */
  secret: z.string(),
  otpauthUrl: z.string(),
  /** `otpauthUrl` as a QR code: an SVG document. */
  qrCode: z.string(),
});

export const Confirm = z.strictObject({ code: RequiredCode });
export const WithFactor = z.strictObject({
  password,
  passkey,
  /** Not needed with a passkey. */
  code: OptionalCode,
});

/** Shown once. */
export const BackupCodes = z.object({ backupCodes: z.array(z.string()) });

export const Status = z.object({ enabled: z.boolean(), backupCodesLeft: z.number() });

export const TrustedDevice = z.object({
  id: z.string(),
  /** `Firefox on macOS` */
  device: z.string(),
  ip: z.string(),
  userAgent: z.string().nullable(),
  createdAt: Timestamp,
  lastUsedAt: Timestamp,
  expiresAt: Timestamp,
});
