import { and, eq, isNull } from "drizzle-orm";
import type { Reader } from "../db/database";
import { organizations } from "../db/tables";
import type { Terms } from "./plans";

/** The columns of an organization's terms. */
export const terms = { plan: organizations.plan, planOverrides: organizations.planOverrides };

/** All terms there are, each once: as many as plans and organizations with numbers of their own. */
export async function listTerms(db: Reader): Promise<Terms[]> {
  return db.selectDistinct(terms).from(organizations);
}

/** Organizations on these terms. */
export const isOn = ({ plan, planOverrides }: Terms) =>
  and(
    eq(organizations.plan, plan),
    planOverrides ? eq(organizations.planOverrides, planOverrides) : isNull(organizations.planOverrides),
  );
