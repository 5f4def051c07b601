import { z } from "zod";
import { about, exampleId, idOf, listOf, Page, singleLine, Timestamp, text } from "../shapes.contract";

const clientId = text(300).min(1).meta(about("Its client_id.", "https://app.example.com/client.json"));

export const ClientAction = z
  .strictObject({
    clientId,
    reason: singleLine(300).meta(about("Why you do this; it stands in the audit log.", "It imitates another product.")),
  })
  .meta({ id: "ClientAction" });

export const ClientSearch = Page.extend({
  cursor: text(500).optional().meta(about("The `nextCursor` of the page before. Leave it out to begin.", "bzE2NzY")),
  search: singleLine(100).optional().meta(about("Part of a name or of a client_id.", "example.com")),
  blocked: z.enum(["true", "false"]).optional().meta(about("Only those that are blocked, or only those that are not.")),
});

export const AdminClient = z
  .object({
    clientId,
    kind: z
      .enum(["registered", "dynamic", "document", "built-in"])
      .describe(
        "How it came: registered by a user, by itself, described by a document at its client_id, or part of Bask.",
      ),
    name: z.string().meta(about("What it calls itself.", "Example App")),
    uri: z.string().nullable().meta(about("A page about it.", "https://app.example.com")),
    redirectUris: z
      .array(z.string())
      .meta(about("Where browsers are sent back to.", ["https://app.example.com/callback"])),
    organization: z
      .object({ id: idOf("org").describe("Its id."), name: z.string().meta(about("Its name.", "Acme")) })
      .nullable()
      .describe("The one in which it can act; null for all."),
    connections: z.number().int().meta(about("How often it acts for a user now, counted up to 500.", 12)),
    createdAt: Timestamp.describe("Since when it is known."),
    blockedAt: Timestamp.nullable().meta(about("Since when it is blocked; null if it is not.", null)),
    blockedBy: idOf("usr")
      .nullable()
      .meta(about("The operator who blocked it.", exampleId("usr"))),
    blockedBecause: z.string().nullable().meta(about("Why.", "It imitates another product.")),
  })
  .meta({ id: "AdminClient", description: "An app as operators see it." });
export const AdminClients = listOf(AdminClient).meta({ id: "AdminClientList" });
