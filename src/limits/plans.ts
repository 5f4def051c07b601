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

/** Numbers of a plan that an organization has of its own. */
export type PlanOverrides = { [Number in Exclude<keyof Plan, "perKey">]?: Plan[Number] } & {
  perKey?: Partial<Plan["perKey"]>;
};

/** What an organization and the installation agreed on. */
export interface Entitlements {
  plan: PlanName;
  /** They hold on the enterprise plan only. */
  planOverrides: PlanOverrides | null;
}

/** What holds for an organization on these terms. */
export function planOf({ plan, planOverrides }: Entitlements): Plan {
  const { perKey, ...rest } = plans[plan];
  if (plan !== "enterprise") return plans[plan];
  return { ...rest, ...planOverrides, perKey: { ...perKey, ...planOverrides?.perKey } };
}

/** What one key may ask: its plan's quotas, a tenth of them for a test key, and a minute of its own where that is lower. */
export function quotasOf({ perKey }: Plan, environment: "live" | "test", ownMinute: number | null): Quota[] {
  const share = (limit: number) => (environment === "test" ? Math.ceil(limit / 10) : limit);
  const minute = share(perKey.minute);
  return [
    { name: "minute", limit: Math.min(ownMinute ?? minute, minute), seconds: 60 },
    { name: "hour", limit: share(perKey.hour), seconds: 3_600 },
    { name: "day", limit: share(perKey.day), seconds: 86_400 },
  ];
}
