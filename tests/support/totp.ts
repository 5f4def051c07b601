import { generateSync } from "otplib";

/** What an authenticator app shows at `now`, milliseconds. */
export const totp = (secret: string, now: number): string => generateSync({ secret, epoch: Math.floor(now / 1000) });
