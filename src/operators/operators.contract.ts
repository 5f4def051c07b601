import { z } from "zod";
import { PlanOverrides } from "../limits/limits.contract";
import { about, idOf, listOf, Page, singleLine, Timestamp } from "../shapes.contract";

const reason = singleLine(300).meta(
  about("Why you do this; the user or organization concerned sees it in their audit log.", "Asked for by the owner."),
);
const plan = z.enum(["free", "pro", "enterprise"]).describe("The plan that sets the limits.");

export const OperatorAction = z.strictObject({ reason }).meta({ id: "OperatorAction" });
export const SetPlan = z
  .strictObject({
    reason,
    plan,
    overrides: PlanOverrides.optional().describe("Limits in place of the plan's. When left out, there are none."),
  })
  .meta({ id: "SetPlan", example: { reason: "Paid by invoice.", plan: "pro" } });

export const Search = Page.extend({
  search: singleLine(100).optional().meta(about("Part of a name, an email or a slug.", "ada")),
});

const suspendedAt = Timestamp.nullable().meta(about("When it was suspended; null if it is not.", null));
const createdAt = Timestamp.describe("When it was created.");

export const AdminUser = z
  .object({
    id: idOf("usr").describe("The user's id."),
    email: z.string().meta(about("The user's email.", "ada@example.com")),
    fullName: z.string().meta(about("The user's name.", "Ada Lovelace")),
    emailVerifiedAt: Timestamp.nullable().describe("When the email was verified."),
    twoFactorSince: Timestamp.nullable().describe("Since when two-factor authentication is on."),
    operatorSince: Timestamp.nullable().meta(about("Since when the user is an operator.", null)),
    suspendedAt,
    createdAt,
  })
  .meta({ id: "AdminUser", description: "A user as operators see them." });
export const AdminUsers = listOf(AdminUser).meta({ id: "AdminUserList" });
export const AdminUserDetails = AdminUser.extend({
  organizations: z
    .array(
      z.object({
        id: idOf("org").describe("The organization's id."),
        name: z.string().meta(about("The name that people see.", "Analytical Engines")),
        slug: z.string().meta(about("A unique name for URLs.", "analytical-engines")),
        role: z.string().meta(about("The user's role in it.", "owner")),
      }),
    )
    .describe("The organizations the user belongs to."),
  externalIds: z
    .array(
      z.object({
        source: z.string().meta(about("The system, as bask import users --from takes it.", "auth0")),
        externalId: z.string().meta(about("The user's id there.", "auth0|65a4f0c2aa10")),
      }),
    )
    .describe("The ids an imported user had in the systems they came from."),
}).meta({ id: "AdminUserDetails", description: "A user and their organizations." });

export const AdminOrganization = z
  .object({
    id: idOf("org").describe("The organization's id."),
    name: z.string().meta(about("The name that people see.", "Analytical Engines")),
    slug: z.string().meta(about("A unique name for URLs.", "analytical-engines")),
    plan,
    planOverrides: PlanOverrides.nullable().meta(about("Limits in place of the plan's.", null)),
    suspendedAt,
    deletedAt: Timestamp.nullable().meta(about("When it was deleted; it is erased 14 days later.", null)),
    createdAt,
  })
  .meta({ id: "AdminOrganization", description: "An organization as operators see it." });
export const AdminOrganizations = listOf(AdminOrganization).meta({ id: "AdminOrganizationList" });
export const AdminOrganizationDetails = AdminOrganization.extend({
  members: z.number().meta(about("How many members it has.", 12)),
  apiKeys: z.number().meta(about("How many API keys it has.", 3)),
}).meta({ id: "AdminOrganizationDetails", description: "An organization and its size." });
