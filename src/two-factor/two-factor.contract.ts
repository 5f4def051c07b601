import { z } from "zod";
import { AnyPassword, Timestamp } from "../shapes.contract";
import { RequiredCode } from "./code.contract";

export const SetUp = z.strictObject({ password: AnyPassword });

export const Enrollment = z.object({
  /** Base32, for typing into an app. */
  secret: z.string(),
  otpauthUrl: z.string(),
  /** `otpauthUrl` as a QR code: an SVG document. */
  qrCode: z.string(),
});

export const Confirm = z.strictObject({ code: RequiredCode });
export const WithFactor = z.strictObject({ password: AnyPassword, code: RequiredCode });

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
