import { newId, type OrganizationId, type UserId } from "../../src/ids";
import { insertMembership } from "../../src/members/members.sql";
import { findRole } from "../../src/roles/roles.sql";
import type { Person, World } from "./world";

/** Makes a person a member without an invitation; returns the id of the membership. */
export async function admit(world: World, organization: string, person: Person, role: string): Promise<string> {
  const { id: userId } = await person.bask.me.get();
  world.time.pass({ milliseconds: 1 });
  return world.app.db.write(async (tx) => {
    const id = newId("mem", tx.now.getTime());
    const organizationId = organization as OrganizationId;
    const roleId = (await findRole(tx, organizationId, role))?.id ?? null;
    await insertMembership(tx, { id, organizationId, userId: userId as UserId, role, roleId, createdAt: tx.now });
    await tx.invalidate({ topic: "user", subject: userId });
    return id;
  });
}
