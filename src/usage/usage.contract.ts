import { z } from "zod";
import { Timestamp, TimestampInput } from "../shapes.contract";

/** A part of the history. By default the latest 60 minutes, 48 hours or 30 days. */
export const UsageRange = z.strictObject({
  step: z.enum(["minute", "hour", "day"]).default("hour"),
  from: TimestampInput.optional(),
  to: TimestampInput.optional(),
});

const Counts = z.object({
  /** Requests that were allowed. */
  ok: z.number(),
  /** Requests refused with 429. */
  limited: z.number(),
  /** Requests refused with 403: a scope was missing, or the IP address was not allowed. */
  denied: z.number(),
});

/** The steps with at least one request, oldest first. At most a second behind. */
export const UsageHistory = z.object({
  step: z.enum(["minute", "hour", "day"]),
  from: Timestamp,
  to: Timestamp,
  total: Counts,
  data: z.array(Counts.extend({ start: Timestamp })),
});
