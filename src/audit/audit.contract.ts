import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import { about, exampleId, idOf, listOf, Page, pageLimit, Timestamp, TimestampInput, text } from "../shapes.contract";
import { Action } from "./actions.contract";

export const AuditEvent = z
  .object({
    id: idOf("evt").describe("The event's id."),
    seq: z.number().meta(about("Its number in this log, from 1 without gaps.", 17)),
    at: Timestamp.describe("When it happened."),
    action: Action,
    actorType: z
      .enum(["user", "operator", "key", "personal_token", "grant", "system"])
      .describe("Who did it; `grant` is an app that a user lets act for them, `system` is Bask itself."),
    actorId: z
      .string()
      .nullable()
      .meta(about("The id of who did it.", exampleId("usr"))),
    actorName: z
      .string()
      .nullable()
      .meta(
        about(
          "What the actor is called now; null for erased users, for operators from outside and for Bask itself.",
          "Ada Lovelace",
        ),
      ),
    actorEmail: z
      .string()
      .nullable()
      .meta(about("Of current members, for readers who may see the members.", "ada@example.com")),
    targetId: z
      .string()
      .nullable()
      .meta(about("The id of what it happened to.", exampleId("key"))),
    ip: z.string().nullable().meta(about("Where the request came from.", "203.0.113.7")),
    userAgent: z.string().nullable().meta(about("What the client called itself.", "curl/8.5.0")),
    requestId: z
      .string()
      .nullable()
      .meta(about("The `X-Request-Id` of the request.", "0b6f5f0e-7a43-4c1e-9c34-0d5c4a6f2a11")),
    traceparent: z
      .string()
      .nullable()
      .meta(
        about(
          "Where the request stood in a trace (W3C Trace Context), if it said so.",
          "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ),
      ),
    details: z.record(z.string(), z.unknown()).meta(about("What else is known, by the type of event.", { name: "CI" })),
    hash: z
      .string()
      .meta(
        about(
          "SHA-256 over the hash before and this event.",
          "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        ),
      ),
  })
  .meta({ id: "AuditEvent", description: "Something that happened, in a hash chain that reveals later changes." });
export const AuditEvents = listOf(AuditEvent).meta({ id: "AuditEventList" });

const id = z.string().regex(/^[a-z]{3}_[0-9a-z]{26}$/, fieldMessages.id);

export const AuditQuery = Page.extend({
  actor: id.optional().meta(about("Only what this user or API key did.", exampleId("usr"))),
  action: text(100)
    .regex(/^[a-z_]+\.(?:[a-z_]+|\*)$/, fieldMessages.auditAction)
    .optional()
    .meta(about("A type of event, or all of a noun: `session.*`.", "api_key.*")),
  target: id.optional().meta(about("Only what happened to this.", exampleId("key"))),
  from: TimestampInput.optional().describe("Events from this time on."),
  to: TimestampInput.optional().describe("Events before this time."),
});
export type AuditQuery = z.infer<typeof AuditQuery>;

/** A file has more events than a page. */
export const AuditFile = AuditQuery.extend({
  limit: pageLimit(10_000, 10_000),
  bom: z
    .enum(["true", "false"])
    .default("false")
    .transform((text) => text === "true")
    .describe("`true` begins the file with a byte order mark, by which spreadsheets know that it is UTF-8."),
});
