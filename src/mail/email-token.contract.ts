import { z } from "zod";
import { Timestamp } from "../shapes.contract";

export const EmailTokenStatus = z.object({
  /** What its link is for; null where that is not known anymore. */
  kind: z.enum(["verify-email", "reset-password", "change-email", "undo-email-change", "invitation"]).nullable(),
  /**
   * - `valid`: it can be used now
   * - `done`: what it is for has happened already
   * - `ended`: it was used, replaced by a newer one, or canceled
   * - `expired`: its time is over
   * - `unknown`: it is not a token of an email
   */
  state: z.enum(["valid", "done", "ended", "expired", "unknown"]),
  /** The email it was sent to; only while it is valid. */
  email: z.string().nullable(),
  expiresAt: Timestamp.nullable(),
});
