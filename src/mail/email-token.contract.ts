import { z } from "zod";
import { about, Timestamp } from "../shapes.contract";

export const EmailTokenStatus = z
  .object({
    kind: z
      .enum(["verify-email", "reset-password", "change-email", "undo-email-change", "sign-in", "invitation"])
      .nullable()
      .describe("What its link is for; null where that is not known anymore."),
    state: z
      .enum(["valid", "done", "ended", "expired", "unknown"])
      .describe(
        "`valid`: it can be used now. `done`: what it is for has happened already. `ended`: it was used, replaced by a newer one, or canceled. `expired`: its time is over. `unknown`: it is not a token of an email.",
      ),
    email: z.string().nullable().meta(about("The email it was sent to; only while it is valid.", "ada@example.com")),
    expiresAt: Timestamp.nullable().describe("Until when it can be used."),
  })
  .meta({ id: "EmailTokenStatus" });
