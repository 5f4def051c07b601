import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import { listOf, Page, singleLine, Timestamp, text } from "../shapes.contract";

/** owner, admin, member, viewer, or the name of one of the organization's own roles. */
export const RoleName = text(50)
  .min(3)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, fieldMessages.slug);

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
export const RemoveMember = z.strictObject({ handKeysTo: text(50).optional() });

export const ChangeMember = z.strictObject({ role: RoleName });
