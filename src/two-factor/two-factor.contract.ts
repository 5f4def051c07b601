import { z } from "zod";
import { AnyPassword, Timestamp } from "../shapes.contract";
import { RequiredCode } from "./code.contract";

/** Proof of identity; the password is required where the account has one. */
const identity = { password: AnyPassword.optional() };
export const SetUp = z.strictObject(identity);

export const Enrollment = z.object({
  /** Base32, for typing into an app. */
  secret: z.string(),
  otpauthUrl: z.string(),
  /** `otpauthUrl` as a QR code: an SVG document. */
  qrCode: z.string(),
});

export const Confirm = z.strictObject({ code: RequiredCode });
export const WithFactor = z.strictObject({ ...identity, code: RequiredCode });

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
