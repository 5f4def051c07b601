import { lruMap } from "../cache/lru";
import type { Quotas } from "./windows";

export type PlanName = "free" | "pro" | "enterprise";

export interface Plan {
  /** Requests of one live key; a test key has a tenth of them. */
  perKey: { minute: number; hour: number; day: number };
  /** Requests a minute with which one live key verifies keys for other services; they do not count as requests of `perKey`. */
  verifications: number;
  /** Active keys, none beside its successor. */
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
    verifications: 6_000,
    activeKeys: 10,
    members: 5,
    sessions: 10,
    usageHistory: 7,
    auditHistory: 90,
    webhooks: 1,
  },
  pro: {
    perKey: { minute: 1_000, hour: 20_000, day: 200_000 },
    verifications: 60_000,
    activeKeys: 50,
    members: 50,
    sessions: 100,
    usageHistory: 90,
    auditHistory: 400,
    webhooks: 10,
  },
  enterprise: {
    perKey: { minute: 10_000, hour: 200_000, day: 2_000_000 },
    verifications: 600_000,
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

/** What bounds the requests of one key. */
export interface KeyLimits {
  /** Its own quotas: its plan's, a tenth of them for a test key, and the key's own minute where that is lower. */
  readonly own: Quotas;
  /** What all keys of its environment in its organization may use together: as much as the plan's number of keys at their limit. */
  readonly organization: Quotas;
  /** Requests that verify keys for other services, which are counted apart; the key's own minute bounds them too. */
  readonly verification: Quotas;
}

/** The limits of a key. Keys with the same numbers share them. */
export function limitsOf(plan: Plan, environment: "live" | "test", ownMinute: number | null): KeyLimits {
  const { perKey, activeKeys, verifications } = plan;
  const name = JSON.stringify([
    perKey.minute,
    perKey.hour,
    perKey.day,
    activeKeys,
    verifications,
    environment,
    ownMinute,
  ]);
  let limits = shared.get(name);
  if (!limits) {
    limits = makeLimits(plan, environment, ownMinute);
    shared.set(name, limits);
  }
  return limits;
}

/**
 * The limits of a personal access token: those of one API key of the best plan among the organizations it reaches. All tokens of a user share
 * them, so that one token after another is not a way around it.
 */
export function tokenLimitsOf(reached: readonly Plan[]): KeyLimits {
  const best = reached.reduce((best, plan) => (plan.perKey.day > best.perKey.day ? plan : best), plans.free);
  const { own, verification } = limitsOf(best, "live", null);
  const name = `user ${own.map(({ limit }) => limit).join()} ${verification[0]!.limit}`;
  let limits = shared.get(name);
  if (!limits) {
    limits = { own, organization: own.map((quota) => ({ ...quota, name: `user-${quota.name}` })), verification };
    shared.set(name, limits);
  }
  return limits;
}

const shared = lruMap<KeyLimits>(10_000);

function makeLimits(
  { perKey, activeKeys, verifications }: Plan,
  environment: "live" | "test",
  ownMinute: number | null,
): KeyLimits {
  const share = (limit: number) => (environment === "test" ? Math.ceil(limit / 10) : limit);
  const atMost = (limit: number) => Math.min(ownMinute ?? limit, limit);
  const [minute, hour, day] = [perKey.minute, perKey.hour, perKey.day].map(share) as [number, number, number];
  return {
    own: [
      { name: "minute", limit: atMost(minute), seconds: 60 },
      { name: "hour", limit: hour, seconds: 3_600 },
      { name: "day", limit: day, seconds: 86_400 },
    ],
    organization: [
      { name: "organization-minute", limit: minute * activeKeys, seconds: 60 },
      { name: "organization-hour", limit: hour * activeKeys, seconds: 3_600 },
      { name: "organization-day", limit: day * activeKeys, seconds: 86_400 },
    ],
    verification: [{ name: "verifications", limit: atMost(share(verifications)), seconds: 60 }],
  };
}
