import { z } from "zod";

const number = z.int().min(1).max(1_000_000_000);
const days = z.int().min(1).max(3_650);

/** Numbers of the enterprise plan that one organization has of its own; what is left out is the plan's. */
export const PlanOverrides = z.strictObject({
  perKey: z.strictObject({ minute: number, hour: number, day: number }).partial().optional(),
  activeKeys: number.optional(),
  members: number.optional(),
  sessions: number.optional(),
  usageHistory: days.optional(),
  auditHistory: days.optional(),
});

const Share = z.object({ limit: z.number(), used: z.number() });

/** What an organization's plan allows, with numbers of its own where it has any, and how much of it is in use. */
export const PlanOverview = z.object({
  plan: z.enum(["free", "pro", "enterprise"]),
  /** Requests of one live key; a test key has a tenth. */
  perKey: z.object({ minute: z.number(), hour: z.number(), day: z.number() }),
  activeKeys: Share,
  members: Share,
  /** Places where a person is signed in at once. */
  sessions: z.number(),
  /** Days. */
  usageHistory: z.number(),
  auditHistory: z.number(),
});
