import { and, eq, isNull } from "drizzle-orm";
import type { Reader } from "../db/database";
import { organizations } from "../db/tables";
import type { Entitlements } from "./plans";

/** The columns that hold an organization's entitlements. */
export const entitlements = { plan: organizations.plan, planOverrides: organizations.planOverrides };

/** All distinct entitlements: as many as there are plans in use and organizations with overrides. */
export async function listEntitlements(db: Reader): Promise<Entitlements[]> {
  return db.selectDistinct(entitlements).from(organizations);
}

/** Selects the organizations with these entitlements. */
export const hasEntitlements = ({ plan, planOverrides }: Entitlements) =>
  and(
    eq(organizations.plan, plan),
    planOverrides ? eq(organizations.planOverrides, planOverrides) : isNull(organizations.planOverrides),
  );
