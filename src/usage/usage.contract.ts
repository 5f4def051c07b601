import { z } from "zod";
import { about, Timestamp, TimestampInput } from "../shapes.contract";

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
