import type { App } from "../app";
import type { Writer } from "../db/database";
import type { UserId } from "../ids";
import { Problem } from "../problems";
import { countMembershipsOf } from "./members.sql";

/**
 * Requires that a user whom `lockLiveUser` has locked can get one more membership. The deletion of an account takes the same lock before it looks
 * for memberships a last time, so that a deleted account never holds one.
 * @throws Problem PLAN_LIMIT_REACHED at `MAX_ORGANIZATIONS_PER_USER`
 */
export async function requireRoomForMembership({ config }: App, tx: Writer, userId: UserId) {
  const limit = config.maxOrganizationsPerUser;
  if ((await countMembershipsOf(tx, userId)) < limit) return;
  throw new Problem("PLAN_LIMIT_REACHED", { reason: "organizations", values: { limit } });
}
