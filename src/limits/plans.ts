import type { Quota } from "./windows";

export type PlanName = "free" | "pro" | "enterprise";

export interface Plan {
  /** Requests of one live key. */
  perKey: { minute: number; hour: number; day: number };
  /** Keys that are neither revoked nor expired. */
  activeKeys: number;
  /** Members, pending invitations included. */
  members: number;
  /** Sessions a member can have at once. */
  sessions: number;
  /** Days that the usage of keys is kept by hour and day; usage by minute is kept for two days. */
  usageHistory: number;
  /** Days that the audit log is kept. */
  auditHistory: number;
  /** Endpoints that events are sent to. */
  webhooks: number;
}

/** The limits of each plan. */
export const plans: Readonly<Record<PlanName, Plan>> = {
  free: {
    perKey: { minute: 100, hour: 2_000, day: 10_000 },
    activeKeys: 10,
    members: 5,
    sessions: 10,
    usageHistory: 7,
    auditHistory: 90,
    webhooks: 1,
  },
  pro: {
    perKey: { minute: 1_000, hour: 20_000, day: 200_000 },
    activeKeys: 50,
    members: 50,
    sessions: 100,
    usageHistory: 90,
    auditHistory: 400,
    webhooks: 10,
  },
  enterprise: {
    perKey: { minute: 10_000, hour: 200_000, day: 2_000_000 },
    activeKeys: 500,
    members: 5_000,
    sessions: 1_000,
    usageHistory: 400,
    auditHistory: 2_555,
    webhooks: 100,
  },
};

/** Limits that replace those of the plan for one organization. */
export type PlanOverrides = { [Number in Exclude<keyof Plan, "perKey">]?: Plan[Number] } & {
  perKey?: Partial<Plan["perKey"]>;
};

/** The plan of an organization, with its overrides. */
export interface Entitlements {
  plan: PlanName;
  planOverrides: PlanOverrides | null;
}

/** The limits of an organization with these entitlements. */
export function planOf({ plan, planOverrides }: Entitlements): Plan {
  const { perKey, ...rest } = plans[plan];
  if (!planOverrides) return plans[plan];
  return { ...rest, ...planOverrides, perKey: { ...perKey, ...planOverrides.perKey } };
}

/** The quotas of one key: its plan's, a tenth of them for a test key, and the key's own minute where that is lower. */
export function quotasOf({ perKey }: Plan, environment: "live" | "test", ownMinute: number | null): Quota[] {
  const share = (limit: number) => (environment === "test" ? Math.ceil(limit / 10) : limit);
  const minute = share(perKey.minute);
  return [
    { name: "minute", limit: Math.min(ownMinute ?? minute, minute), seconds: 60 },
    { name: "hour", limit: share(perKey.hour), seconds: 3_600 },
    { name: "day", limit: share(perKey.day), seconds: 86_400 },
  ];
}
