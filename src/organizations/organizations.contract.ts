import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import { listOf, Page, singleLine, Timestamp, text } from "../shapes.contract";

/** Lowercase letters and digits in groups joined by single hyphens. */
export const Slug = text(50)
  .min(3)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, fieldMessages.slug);

export const Organization = z.object({
  id: z.string(),
  name: z.string(),
  slug: z.string(),
  plan: z.enum(["free", "pro", "enterprise"]),
  createdAt: Timestamp,
});

/** An organization with the caller's role in it. */
export const MyOrganization = Organization.extend({
  role: z.string(),
  /** What the role allows. */
  permissions: z.array(z.string()),
});
export const MyOrganizations = listOf(MyOrganization);

export const OrganizationsQuery = Page.extend({
  /** Lists the deleted organizations that the caller owns and can restore. */
  deleted: z.literal("true").optional(),
});

export const CreateOrganization = z.strictObject({ name: singleLine(100), slug: Slug.optional() });
export const UpdateOrganization = z.strictObject({ name: singleLine(100).optional(), slug: Slug.optional() });
