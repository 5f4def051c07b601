import { z } from "zod";

const number = z.int().min(1).max(1_000_000_000);
const days = z.int().min(1).max(3_650);

/** Limits that replace those of its plan for one organization; those left out are the plan's. */
export const PlanOverrides = z.strictObject({
  perKey: z.strictObject({ minute: number, hour: number, day: number }).partial().optional(),
  verifications: number.optional(),
  activeKeys: number.optional(),
  members: number.optional(),
  sessions: number.optional(),
  usageHistory: days.optional(),
  auditHistory: days.optional(),
  webhooks: number.optional(),
});

const Share = z.object({ limit: z.number(), used: z.number() });

/** An organization's limits, with its own where it has any, and how much of them is in use. */
export const PlanOverview = z.object({
  plan: z.enum(["free", "pro", "enterprise"]),
  /** Requests of one live API key; a test key has a tenth of them. */
  perKey: z.object({ minute: z.number(), hour: z.number(), day: z.number() }),
  /** Requests of all live API keys together. */
  perOrganization: z.object({ minute: z.number(), hour: z.number(), day: z.number() }),
  /** Requests a minute with which one live API key verifies keys for other services. */
  verifications: z.number(),
  activeKeys: Share,
  members: Share,
  /** Sessions a user can have at once. */
  sessions: z.number(),
  /** Days. */
  usageHistory: z.number(),
  auditHistory: z.number(),
  webhooks: Share,
});
