import { z } from "zod";
import { PlanOverrides } from "../limits/limits.contract";
import { listOf, Page, singleLine, Timestamp } from "../shapes.contract";

/** Why an operator acts; the user or organization concerned sees it in their audit log. */
export const OperatorAction = z.strictObject({ reason: singleLine(300) });
/** Replaces the overrides of the plan's limits, or removes them when left out. */
export const SetPlan = OperatorAction.extend({
  plan: z.enum(["free", "pro", "enterprise"]),
  overrides: PlanOverrides.optional(),
});

export const Search = Page.extend({ search: singleLine(100).optional() });

export const AdminUser = z.object({
  id: z.string(),
  email: z.string(),
  fullName: z.string(),
  emailVerifiedAt: Timestamp.nullable(),
  twoFactorSince: Timestamp.nullable(),
  operatorSince: Timestamp.nullable(),
  suspendedAt: Timestamp.nullable(),
  createdAt: Timestamp,
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
  suspendedAt: Timestamp.nullable(),
  deletedAt: Timestamp.nullable(),
  createdAt: Timestamp,
});
export const AdminOrganizations = listOf(AdminOrganization);
export const AdminOrganizationDetails = AdminOrganization.extend({ members: z.number(), apiKeys: z.number() });
