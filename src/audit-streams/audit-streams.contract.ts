import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import { about, httpUrl, Timestamp, text } from "../shapes.contract";

const urlText = about("An https URL of the public Internet that takes JSON lines.", "https://siem.example.com/bask");

export const SetAuditStream = z
  .strictObject({
    url: httpUrl(2_000).meta(urlText),
    token: text(1_000)
      .regex(/^[\x21-\x7e]{8,1000}$/, fieldMessages.bearerToken)
      .optional()
      .meta(
        about(
          "What requests carry as `Authorization: Bearer`; it is never shown again. A new stream, and a new URL, need one.",
          "3f1c9a60d2b84e17",
        ),
      ),
    from: z
      .enum(["oldest", "now"])
      .optional()
      .meta(
        about(
          "Where to begin: with the oldest event that is kept, or after the latest. By default a new stream begins with the oldest, and one that is there goes on.",
          "oldest",
        ),
      ),
  })
  .meta({ id: "SetAuditStream" });

export const AuditStream = z
  .object({
    url: z.string().meta(urlText),
    status: z.enum(["enabled", "disabled"]).describe("Whether it sends events."),
    disabledBecause: z
      .enum([
        "gone",
        "failing",
        "set_up_by_former_member",
        "set_up_by_demoted_member",
        "account_reset",
        "restored_from_backup",
      ])
      .nullable()
      .meta(
        about(
          "`gone`: the receiver responded 410. `failing`: it accepted nothing for five days. `set_up_by_former_member`: a member who was removed chose its URL. `set_up_by_demoted_member`: one with a lower role now did. `account_reset`: the account that set it up was taken back by its owner. `restored_from_backup`: the log goes on from an earlier state.",
          null,
        ),
      ),
    position: z.number().meta(about("The number of the last event that the receiver accepted.", 41)),
    length: z.number().meta(about("The number of the last event in the audit log.", 42)),
    failingSince: Timestamp.nullable().meta(about("The first failure after the last success.", null)),
    lastFailure: z
      .string()
      .nullable()
      .meta(about("Why the latest attempt failed: the HTTP status of the response, or why there was none.", null)),
    createdAt: Timestamp.describe("When it was set up."),
  })
  .meta({ id: "AuditStream", description: "Where the audit log of an organization is streamed to." });
