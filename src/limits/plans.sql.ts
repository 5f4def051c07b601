import { and, eq, isNull } from "drizzle-orm";
import type { Reader } from "../db/database";
import { organizations } from "../db/tables";
import type { Entitlements } from "./plans";

/** The columns of an organization's terms. */
export const entitlements = { plan: organizations.plan, planOverrides: organizations.planOverrides };

/** All terms there are, each once: as many as plans and organizations with numbers of their own. */
export async function listEntitlements(db: Reader): Promise<Entitlements[]> {
  return db.selectDistinct(entitlements).from(organizations);
}

/** Organizations on these terms. */
export const hasEntitlements = ({ plan, planOverrides }: Entitlements) =>
  and(
    eq(organizations.plan, plan),
    planOverrides ? eq(organizations.planOverrides, planOverrides) : isNull(organizations.planOverrides),
  );
