import { z } from "zod";
import { listOf, Page, singleLine, Timestamp } from "../shapes.contract";

/** owner, admin, member, viewer, or the name of one of the organization's own roles. */
export const RoleName = z
  .string()
  .min(3, "must have at least 3 characters")
  .max(50, "must have at most 50 characters")
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "must be lower-case letters and digits, in groups joined by hyphens");

export const Member = z.object({
  id: z.string(),
  userId: z.string(),
  email: z.string(),
  fullName: z.string(),
  role: z.string(),
  joinedAt: Timestamp,
});
export const Members = listOf(Member);

export const MembersQuery = Page.extend({
  /** Part of a name or an address. */
  search: singleLine(100).optional(),
});

/** The membership of the one who takes over the keys of the removed member; left out, they are switched off. */
export const RemoveMember = z.strictObject({ handKeysTo: z.string().max(50, "is not an id").optional() });

export const ChangeMember = z.strictObject({ role: RoleName });
