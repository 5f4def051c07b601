import { z } from "zod";
import { about, idOf, listOf, Timestamp } from "../shapes.contract";
import { identity } from "../users/identity.contract";
import { OptionalCode, RequiredCode } from "./code.contract";

/** Proof of identity: a passkey, or the password where the account has one. */
const { password, passkey } = identity;
export const SetUp = z
  .strictObject({ password, passkey })
  .meta({ id: "SetUpTwoFactor", example: { password: "correct horse battery" } });

export const Enrollment = z
  .object({
    secret: z.string().meta(about("Base32, for typing into an app.", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")),
    otpauthUrl: z
      .string()
      .meta(
        about("The secret for opening an app.", "otpauth://totp/Bask:ada%40example.com?secret=JBSWY3DP…&issuer=Bask"),
      ),
    qrCode: z.string().meta(about("`otpauthUrl` as a QR code: an SVG document.", "<svg …>…</svg>")),
  })
  .meta({ id: "TwoFactorEnrollment", description: "The secret of an authenticator app." });

export const Confirm = z.strictObject({ code: RequiredCode }).meta({ id: "VerifyTwoFactor" });
export const WithFactor = z
  .strictObject({
    password,
    passkey,
    code: OptionalCode.describe("Six digits from the authenticator app, or a backup code. Not needed with a passkey."),
  })
  .meta({ id: "PasswordAndCode", example: { password: "correct horse battery", code: "123456" } });

export const BackupCodes = z
  .object({
    backupCodes: z
      .array(z.string())
      .meta(about("Ten codes, each of which replaces a code of the app once.", ["7k3q-9wzt-m2xd-4hvn"])),
  })
  .meta({ id: "BackupCodes", description: "Shown once." });

export const Status = z
  .object({
    enabled: z.boolean().meta(about("Whether a sign-in needs a code.", true)),
    backupCodesLeft: z.number().meta(about("Backup codes that were not used yet.", 10)),
  })
  .meta({ id: "TwoFactorStatus" });

export const TrustedDevice = z
  .object({
    id: idOf("dev").describe("The device's id."),
    device: z.string().meta(about("What it looks like.", "Firefox on macOS")),
    ip: z.string().meta(about("The IP address it was trusted from.", "203.0.113.7")),
    userAgent: z.string().nullable().meta(about("What it called itself.", "Mozilla/5.0 …")),
    createdAt: Timestamp.describe("When it was trusted."),
    lastUsedAt: Timestamp.describe("When it last signed in."),
    expiresAt: Timestamp.describe("When it is asked for a code again."),
  })
  .meta({ id: "TrustedDevice", description: "A device that signs in without a code." });
export const TrustedDevices = listOf(TrustedDevice).meta({ id: "TrustedDeviceList" });
