import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import { about, exampleId, idOf, Timestamp, TimestampInput, text } from "../shapes.contract";

/** A part of the history. By default the latest 60 minutes, 48 hours or 30 days. */
export const UsageRange = z.strictObject({
  step: z.enum(["minute", "hour", "day"]).default("hour").describe("What a count covers."),
  from: TimestampInput.optional().describe("The beginning. By default 60 minutes, 48 hours or 30 days before the end."),
  to: TimestampInput.optional().describe("The end. By default now."),
});

const Counts = z.object({
  ok: z.number().meta(about("Requests that were allowed.", 1342)),
  limited: z.number().meta(about("Requests refused with 429.", 3)),
  denied: z
    .number()
    .meta(about("Requests refused with 403: a scope was missing, or the IP address was not allowed.", 0)),
});

export const UsageHistory = z
  .object({
    step: z.enum(["minute", "hour", "day"]).describe("What a count covers."),
    from: Timestamp.describe("The beginning."),
    to: Timestamp.describe("The end."),
    total: Counts.describe("All of them together."),
    data: z
      .array(Counts.extend({ start: Timestamp.describe("The beginning of the step.") }))
      .describe("The steps with at least one request, oldest first. At most a second behind."),
  })
  .meta({ id: "Usage", description: "How many requests were made." });

/** Keys whose usage is asked for at once: as many as a page of a list has. */
const maxKeys = 100;

export const KeysUsageQuery = z.strictObject({
  keys: text(31 * maxKeys)
    .regex(/^key_[0-9a-z]{26}(,key_[0-9a-z]{26})*$/, fieldMessages.keyIds(maxKeys))
    .transform((ids) => ids.split(","))
    .meta(about("The ids of up to 100 API keys, separated by commas.", exampleId("key"))),
  hours: z.coerce.number().int().min(1).max(72).default(24).describe("How many hours, up to now."),
});

export const KeysUsage = z
  .object({
    from: Timestamp.describe("The beginning of the first hour."),
    to: Timestamp.describe("The end of the last one, which goes on."),
    data: z
      .array(
        z.object({
          keyId: idOf("key").describe("The API key."),
          total: z.number().meta(about("Its requests in all of these hours, refused ones too.", 1345)),
          requests: z.array(z.number()).meta(about("Its requests in each hour, the oldest first.", [12, 40, 7])),
        }),
      )
      .describe("One entry for each key that there is, in the order that was asked for."),
  })
  .meta({ id: "KeysUsage", description: "How many requests each of several API keys made, by hour." });
