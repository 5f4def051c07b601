import { z } from "zod";
import { Timestamp, TimestampInput } from "../shapes.contract";

/** Which part of the history. Left out: the latest 60 minutes, 48 hours or 30 days. */
export const UsageRange = z.strictObject({
  step: z.enum(["minute", "hour", "day"]).default("hour"),
  from: TimestampInput.optional(),
  to: TimestampInput.optional(),
});

const Counts = z.object({
  /** Requests that were let through. */
  ok: z.number(),
  /** Requests refused with 429. */
  limited: z.number(),
  /** Requests refused with 403: a scope or an address was missing. */
  denied: z.number(),
});

/** The steps in which something was asked, oldest first. At most a second behind. */
export const UsageHistory = z.object({
  step: z.enum(["minute", "hour", "day"]),
  from: Timestamp,
  to: Timestamp,
  total: Counts,
  data: z.array(Counts.extend({ start: Timestamp })),
});
