import { generateSync } from "otplib";
import type { TestTime } from "./clock";

/** The code an authenticator app shows, `steps` of 30 seconds from now. */
export function codeOf(secret: string, time: TestTime, steps = 0): string {
  return generateSync({ secret, epoch: Math.floor(time.now() / 1000) + steps * 30 });
}
