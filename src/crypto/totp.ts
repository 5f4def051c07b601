import { lazy } from "../lazy";

const otplib = lazy(() => require("otplib") as typeof import("otplib"));

/** Seconds a code is current (RFC 6238). */
export const period = 30;

/** A new 160-bit secret in base32. */
export const newTotpSecret = (): string => otplib().generateSecret({ length: 20 });

/** The URL an authenticator app reads, from a QR code or a link. */
export function otpauthUrl(secret: string, issuer: string, label: string): string {
  return otplib().generateURI({ secret, issuer: issuer.replaceAll(":", " "), label });
}

/**
 * The time step of a correct code: the current one, the one before or the one after. Undefined for any other text.
 * Whether the step was used before is for the caller to check.
 */
export function totpStep(secret: string, code: string, now: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const result = otplib().verifySync({ secret, token: code, epoch: Math.floor(now / 1000), epochTolerance: period });
  return result.valid && "timeStep" in result ? result.timeStep : undefined;
}
