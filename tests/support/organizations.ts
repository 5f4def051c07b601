import { newId, type OrganizationId, type UserId } from "../../src/ids";
import { insertMembership } from "../../src/members/members.sql";
import type { Person, World } from "./world";

/** Makes somebody a member without the letters that an invitation takes; gives the id of the membership. */
export async function admit(world: World, organization: string, person: Person, role: string): Promise<string> {
  const { id: userId } = await person.bask.users.me();
  world.time.pass({ milliseconds: 1 });
  return world.app.db.write(async (tx) => {
    const id = newId("mem", tx.now.getTime());
    const organizationId = organization as OrganizationId;
    await insertMembership(tx, { id, organizationId, userId: userId as UserId, role, createdAt: tx.now });
    await tx.invalidate({ topic: "user", subject: userId });
    return id;
  });
}
