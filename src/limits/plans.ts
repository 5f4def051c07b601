import type { Quota } from "./windows";

export type PlanName = "free" | "pro" | "enterprise";

export interface Plan {
  /** Requests of one live key. */
  perKey: { minute: number; hour: number; day: number };
  /** Keys that are neither revoked nor expired. */
  activeKeys: number;
  /** People, and invitations that are open. */
  members: number;
  /** Places where a person of such an organization is signed in at once. */
  sessions: number;
  /** Days that the use of keys is kept by hour and day; by minute it is kept for two. */
  usageHistory: number;
  /** Days that the audit log is kept. */
  auditHistory: number;
}

/** Every plan on one page. */
export const plans: Readonly<Record<PlanName, Plan>> = {
  free: {
    perKey: { minute: 100, hour: 2_000, day: 10_000 },
    activeKeys: 10,
    members: 5,
    sessions: 10,
    usageHistory: 7,
    auditHistory: 90,
  },
  pro: {
    perKey: { minute: 1_000, hour: 20_000, day: 200_000 },
    activeKeys: 50,
    members: 50,
    sessions: 100,
    usageHistory: 90,
    auditHistory: 400,
  },
  enterprise: {
    perKey: { minute: 10_000, hour: 200_000, day: 2_000_000 },
    activeKeys: 500,
    members: 5_000,
    sessions: 1_000,
    usageHistory: 400,
    auditHistory: 2_555,
  },
};

/** What one key may ask: its plan's quotas, a tenth of them for a test key, and a minute of its own where that is lower. */
export function quotasOf(plan: PlanName, environment: "live" | "test", ownMinute: number | null): Quota[] {
  const { minute, hour, day } = plans[plan].perKey;
  const share = environment === "test" ? 10 : 1;
  return [
    { name: "minute", limit: Math.min(ownMinute ?? minute, minute / share), seconds: 60 },
    { name: "hour", limit: hour / share, seconds: 3_600 },
    { name: "day", limit: day / share, seconds: 86_400 },
  ];
}
