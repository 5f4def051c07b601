import { z } from "zod";
import { about, idOf, listOf, Timestamp } from "../shapes.contract";
import { consent } from "./authorization.contract";

export const ConnectedApp = z
  .object({
    id: idOf("grt").describe("What the user has agreed to, by which it is disconnected."),
    client: consent.client,
    user: z
      .object({
        id: idOf("usr").describe("Their id."),
        fullName: z.string().meta(about("Their name.", "Ada Lovelace")),
      })
      .describe("The user whom the app acts for."),
    organization: z
      .object({ id: idOf("org").describe("Its id."), name: z.string().meta(about("Its name.", "Acme")) })
      .describe("Where it acts."),
    scopes: consent.scopes,
    resource: consent.resource,
    blockedBy: z
      .enum(["operator", "organization"])
      .nullable()
      .meta(about("Who blocks the app: meanwhile its tokens are refused. Null where it works.", null)),
    createdAt: Timestamp.describe("When the user agreed."),
    lastUsedAt: Timestamp.describe("When it got an access token last."),
    lastUsedIp: z.string().nullable().meta(about("From where.", "203.0.113.7")),
    expiresAt: Timestamp.describe("When it ends unless it is used before."),
  })
  .meta({ id: "ConnectedApp", description: "An app that acts for a user." });
export const ConnectedApps = z.object(listOf(ConnectedApp).shape).meta({ id: "ConnectedAppList" });
