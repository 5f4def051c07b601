import { z } from "zod";
import { PlanOverrides } from "../limits/limits.contract";
import { line, listOf, Page, Time } from "../shapes.contract";

/** Why an operator acts; the one it concerns reads it in their log. */
export const Act = z.strictObject({ reason: line(300) });
/** The overrides given before are replaced by these, or taken away; they hold on the enterprise plan only. */
export const SetPlan = Act.extend({
  plan: z.enum(["free", "pro", "enterprise"]),
  overrides: PlanOverrides.optional(),
});

export const Search = Page.extend({ search: line(100).optional() });

export const AdminUser = z.object({
  id: z.string(),
  email: z.string(),
  fullName: z.string(),
  emailVerifiedAt: Time.nullable(),
  twoFactorSince: Time.nullable(),
  operatorSince: Time.nullable(),
  suspendedAt: Time.nullable(),
  createdAt: Time,
});
export const AdminUsers = listOf(AdminUser);
export const AdminUserDetails = AdminUser.extend({
  organizations: z.array(z.object({ id: z.string(), name: z.string(), slug: z.string(), role: z.string() })),
});

export const AdminOrganization = z.object({
  id: z.string(),
  name: z.string(),
  slug: z.string(),
  plan: z.enum(["free", "pro", "enterprise"]),
  planOverrides: PlanOverrides.nullable(),
  suspendedAt: Time.nullable(),
  deletedAt: Time.nullable(),
  createdAt: Time,
});
export const AdminOrganizations = listOf(AdminOrganization);
export const AdminOrganizationDetails = AdminOrganization.extend({ members: z.number(), apiKeys: z.number() });
