import type { App } from "../app";
import type { Writer } from "../db/database";
import type { UserId } from "../ids";
import { Problem } from "../problems";
import { lockUser, type UserRow } from "../users/users.sql";
import { countMembershipsOf } from "./members.sql";

/**
 * Locks the user who is about to get a membership or ownership. The deletion of an account takes the same lock before it looks for
 * memberships a last time, so that a deleted account never holds one.
 * @throws Problem UNAUTHORIZED for an account that was deleted meanwhile
 */
export async function requireLiveUser(tx: Writer, userId: UserId): Promise<UserRow> {
  const user = await lockUser(tx, userId);
  if (!user || user.deletedAt) throw new Problem("UNAUTHORIZED", { reason: "session_ended" });
  return user;
}

/**
 * Requires that a user whom `requireLiveUser` has locked can get one more membership.
 * @throws Problem PLAN_LIMIT_REACHED at `MAX_ORGANIZATIONS_PER_USER`
 */
export async function requireRoomForMembership({ config }: App, tx: Writer, userId: UserId) {
  const limit = config.maxOrganizationsPerUser;
  if ((await countMembershipsOf(tx, userId)) < limit) return;
  throw new Problem("PLAN_LIMIT_REACHED", { reason: "organizations", values: { limit } });
}
