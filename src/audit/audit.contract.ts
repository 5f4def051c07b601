import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import { listOf, Page, pageLimit, Timestamp, TimestampInput, text } from "../shapes.contract";
import { Action } from "./actions.contract";

export const AuditEvent = z.object({
  id: z.string(),
  /** Its number in this log, from 1 without gaps. */
  seq: z.number(),
  at: Timestamp,
  /** `noun.what_happened`. */
  action: Action,
  actorType: z.enum(["user", "operator", "key", "system"]),
  actorId: z.string().nullable(),
  /** What the actor is called now; null for erased users, for operators from outside and for Bask itself. */
  actorName: z.string().nullable(),
  /** Of current members, for readers who may see the members. */
  actorEmail: z.string().nullable(),
  targetId: z.string().nullable(),
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  requestId: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  /** SHA-256 over the hash before and this event. */
  hash: z.string(),
});
export const AuditEvents = listOf(AuditEvent);

const id = z.string().regex(/^[a-z]{3}_[0-9a-z]{26}$/, fieldMessages.id);

export const AuditQuery = Page.extend({
  actor: id.optional(),
  /** An action, or all of a noun: `session.*`. */
  action: text(100)
    .regex(/^[a-z_]+\.(?:[a-z_]+|\*)$/, fieldMessages.auditAction)
    .optional(),
  target: id.optional(),
  /** Events from this time on. */
  from: TimestampInput.optional(),
  /** Events before this time. */
  to: TimestampInput.optional(),
});
export type AuditQuery = z.infer<typeof AuditQuery>;

/** A file has more events than a page. */
export const AuditFile = AuditQuery.extend({
  limit: pageLimit(10_000, 10_000),
  /** `true` begins the file with a byte order mark, by which spreadsheets know that it is UTF-8. */
  bom: z
    .enum(["true", "false"])
    .default("false")
    .transform((text) => text === "true"),
});
