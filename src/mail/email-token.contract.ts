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
    invitation: z
      .object({
        organization: z.string().meta(about("The name of the organization to join.", "Analytical Engines")),
        inviter: z
          .object({
            fullName: z.string().meta(about("Their name.", "Ada Lovelace")),
            email: z.string().meta(about("Their email.", "ada@example.com")),
          })
          .describe("Who invited."),
        role: z.string().meta(about("The role it gives.", "member")),
        hasAccount: z.boolean().describe("Whether the email it was sent to has an account."),
      })
      .nullable()
      .describe("What an invitation that is valid is for."),
  })
  .meta({ id: "EmailTokenStatus" });
