import { z } from "zod";
import { AnyPassword, Timestamp, text } from "../shapes.contract";

const code = text(64).min(1);

export const SetUp = z.strictObject({ password: AnyPassword });

export const Enrollment = z.object({
  /** Base32, for typing into an app. */
  secret: z.string(),
  otpauthUrl: z.string(),
  /** `otpauthUrl` as a QR code: an SVG document. */
  qrCode: z.string(),
});

export const Confirm = z.strictObject({ code });
export const WithFactor = z.strictObject({ password: AnyPassword, code });

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
