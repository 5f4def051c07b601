import { z } from "zod";
import { listOf, Page, singleLine, Timestamp } from "../shapes.contract";

/** Lower-case letters and digits in groups joined by single hyphens. */
export const Slug = z
  .string()
  .min(3, "must have at least 3 characters")
  .max(50, "must have at most 50 characters")
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "must be lower-case letters and digits, in groups joined by hyphens");

export const Organization = z.object({
  id: z.string(),
  name: z.string(),
  slug: z.string(),
  plan: z.enum(["free", "pro", "enterprise"]),
  createdAt: Timestamp,
});

/** With the role of the one who asks. */
export const MyOrganization = Organization.extend({ role: z.string() });
export const MyOrganizations = listOf(MyOrganization);

export const OrganizationsQuery = Page.extend({
  /** Those you own that are deleted and can come back. */
  deleted: z.literal("true").optional(),
});

export const CreateOrganization = z.strictObject({ name: singleLine(100), slug: Slug.optional() });
export const UpdateOrganization = z.strictObject({ name: singleLine(100).optional(), slug: Slug.optional() });
