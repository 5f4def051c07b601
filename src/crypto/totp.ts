import { generateSecret, generateURI, verifySync } from "otplib";

/** Seconds a code lasts, RFC 6238. */
export const period = 30;

/** A new 160-bit secret in base32. */
export const newTotpSecret = (): string => generateSecret({ length: 20 });

/** The address an authenticator app reads, from a QR code or a click. */
export function otpauthUrl(secret: string, issuer: string, label: string): string {
  return generateURI({ secret, issuer: issuer.replaceAll(":", " "), label });
}

/**
 * The time step of a right code: this one, the one before or the one after. Undefined for any other text.
 * Whether the step was used already is not known here.
 */
export function totpStep(secret: string, code: string, now: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const result = verifySync({ secret, token: code, epoch: Math.floor(now / 1000), epochTolerance: period });
  return result.valid && "timeStep" in result ? result.timeStep : undefined;
}
