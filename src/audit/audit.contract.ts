import { z } from "zod";
import { listOf, Page, Timestamp, TimestampInput } from "../shapes.contract";
import { Action } from "./actions.contract";

export const AuditEvent = z.object({
  id: z.string(),
  /** Its number in this log, from 1 without gaps. */
  seq: z.number(),
  at: Timestamp,
  /** `noun.what_happened`. */
  action: Action,
  actorType: z.enum(["user", "key", "system"]),
  actorId: z.string().nullable(),
  targetId: z.string().nullable(),
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  requestId: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  /** SHA-256 over the hash before and this event. */
  hash: z.string(),
});
export const AuditEvents = listOf(AuditEvent);

const id = z.string().regex(/^[a-z]{3}_[0-9a-z]{26}$/, "is not an id");

export const AuditQuery = Page.extend({
  actor: id.optional(),
  /** An action, or all of a noun: `session.*`. */
  action: z
    .string()
    .max(100, "is too long")
    .regex(/^[a-z_]+\.(?:[a-z_]+|\*)$/, "is not an action; write noun.what_happened or noun.*")
    .optional(),
  target: id.optional(),
  /** The first Moment, included. */
  from: TimestampInput.optional(),
  /** The last Moment, excluded. */
  to: TimestampInput.optional(),
});
export type AuditQuery = z.infer<typeof AuditQuery>;

/** A file holds more than a page. */
export const AuditFile = AuditQuery.extend({
  limit: z.coerce
    .number("is not a number")
    .int("is not a whole number")
    .min(1, "is below 1")
    .max(10_000, "is above 10000")
    .default(10_000),
});
