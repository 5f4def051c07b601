import { z } from "zod";

const Share = z.object({ limit: z.number(), used: z.number() });

/** What an organization's plan allows, and how much of it is in use. */
export const PlanOverview = z.object({
  plan: z.enum(["free", "pro", "enterprise"]),
  /** Requests of one live key; a test key has a tenth. */
  perKey: z.object({ minute: z.number(), hour: z.number(), day: z.number() }),
  activeKeys: Share,
  members: Share,
  /** Days. */
  usageHistory: z.number(),
  auditHistory: z.number(),
});
