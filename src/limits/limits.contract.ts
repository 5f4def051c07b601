import { z } from "zod";
import { about } from "../shapes.contract";

const number = z.int().min(1).max(1_000_000_000);
const days = z.int().min(1).max(3_650);

const texts = {
  perKey: "Requests of one live API key; a test key has a tenth of them.",
  perOrganization: "Requests of all live API keys together.",
  verifications: about("Requests a minute with which one live API key verifies keys for other services.", 1000),
  sessions: about("Sessions a user can have at once.", 10),
  usageHistory: about("Days for which usage is kept.", 90),
  auditHistory: about("Days for which the audit log is kept.", 365),
  minute: about("In a minute.", 1000),
  hour: about("In an hour.", 20_000),
  day: about("In a day.", 200_000),
};

export const PlanOverrides = z
  .strictObject({
    perKey: z
      .strictObject({ minute: number.meta(texts.minute), hour: number.meta(texts.hour), day: number.meta(texts.day) })
      .partial()
      .optional()
      .describe(texts.perKey),
    verifications: number.optional().meta(texts.verifications),
    activeKeys: number.optional().meta(about("API keys that work at the same time.", 50)),
    members: number.optional().meta(about("Members, pending invitations included.", 50)),
    sessions: number.optional().meta(texts.sessions),
    usageHistory: days.optional().meta(texts.usageHistory),
    auditHistory: days.optional().meta(texts.auditHistory),
    webhooks: number.optional().meta(about("Webhooks.", 20)),
  })
  .meta({
    id: "PlanOverrides",
    description: "Limits that replace those of its plan for one organization; those left out are the plan's.",
  });

const Share = z
  .object({
    limit: z.number().meta(about("How many there can be.", 50)),
    used: z.number().meta(about("How many there are.", 3)),
  })
  .meta({ id: "PlanShare", description: "A limit, and how much of it is in use." });
const Windows = z.object({
  minute: z.number().meta(texts.minute),
  hour: z.number().meta(texts.hour),
  day: z.number().meta(texts.day),
});

export const PlanOverview = z
  .object({
    plan: z.enum(["free", "pro", "enterprise"]).describe("The plan that sets the limits."),
    perKey: Windows.describe(texts.perKey),
    perOrganization: Windows.describe(texts.perOrganization),
    verifications: z.number().meta(texts.verifications),
    activeKeys: Share.describe("API keys that work at the same time."),
    members: Share.describe("Members, pending invitations included."),
    sessions: z.number().meta(texts.sessions),
    usageHistory: z.number().meta(texts.usageHistory),
    auditHistory: z.number().meta(texts.auditHistory),
    webhooks: Share.describe("Webhooks."),
  })
  .meta({
    id: "PlanOverview",
    description: "An organization's limits, with its own where it has any, and how much of them is in use.",
  });
