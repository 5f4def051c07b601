import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import { listOf, Page, singleLine, Timestamp, text } from "../shapes.contract";

/** `owner`, `admin`, `member`, `viewer`, or the name of one of the organization's custom roles. */
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
  /** Part of a name or an email. */
  search: singleLine(100).optional(),
});

/** The member who becomes the owner of the removed member's API keys. Without it the keys are disabled. */
export const RemoveMember = z.strictObject({ handKeysTo: text(50).optional() });

export const UpdateMember = z.strictObject({ role: RoleName });
