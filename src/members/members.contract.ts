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

export const RemoveMember = z.strictObject({
  /** The member who becomes the creator of the removed member's API keys. Without it the keys are disabled. */
  handKeysTo: text(50).optional(),
  /**
   * What happens to the API keys of others that the removed member knows, and to the trusts they created on them: `end` disables the keys and
   * deletes the trusts, `keep` leaves them. Needed when there are any.
   */
  remainingAccess: z.enum(["end", "keep"]).optional(),
});

const MemberKey = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  environment: z.enum(["live", "test"]),
  createdBy: z.string(),
});

/** What a member could still use after their removal, and what the removal ends. Only keys in use are listed. */
export const MemberAccess = z.object({
  /** Their own API keys: disabled by the removal, or handed over. */
  ownKeys: z.array(MemberKey),
  /** API keys of others whose secret they saw, when they created or rotated them, or which a key that they know created. */
  knownKeys: z.array(MemberKey),
  /** Trusts they created on API keys of others. */
  trusts: z.array(
    z.object({
      id: z.string(),
      keyId: z.string(),
      keyName: z.string(),
      issuer: z.string(),
      claims: z.record(z.string(), z.string()),
      createdAt: Timestamp,
    }),
  ),
  /** Invitations they sent that are pending; the removal cancels them. */
  pendingInvitations: z.number(),
});

export const UpdateMember = z.strictObject({ role: RoleName });
