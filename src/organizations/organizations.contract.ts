import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import { about, idOf, listOf, Page, singleLine, Timestamp, text } from "../shapes.contract";

export const Slug = text(50)
  .min(3)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, fieldMessages.slug)
  .meta(
    about(
      "A unique name for URLs: lowercase letters and digits in groups joined by single hyphens.",
      "analytical-engines",
    ),
  );
const name = singleLine(100).meta(about("The name that people see.", "Analytical Engines"));
const planName = z.enum(["free", "pro", "enterprise"]);

export const Organization = z
  .object({
    id: idOf("org").describe("The organization's id."),
    name: z.string().meta(about("The name that people see.", "Analytical Engines")),
    slug: z.string().meta(about("A unique name for URLs.", "analytical-engines")),
    plan: planName.describe("The plan that sets its limits."),
    createdAt: Timestamp.describe("When it was created."),
  })
  .meta({ id: "Organization", description: "A group of users who share API keys, roles and an audit log." });

export const MyOrganization = Organization.extend({
  role: z.string().meta(about("The caller's role in it.", "owner")),
  permissions: z.array(z.string()).meta(about("What the role allows.", ["organization:read", "members:read"])),
}).meta({ id: "MyOrganization", description: "An organization with the caller's role in it." });
export const MyOrganizations = listOf(MyOrganization).meta({ id: "MyOrganizationList" });

export const OrganizationsQuery = Page.extend({
  deleted: z
    .literal("true")
    .optional()
    .describe("Lists the deleted organizations that the caller owns and can restore."),
});

export const CreateOrganization = z
  .strictObject({ name, slug: Slug.optional() })
  .meta({ id: "CreateOrganization", example: { name: "Analytical Engines" } });
export const UpdateOrganization = z
  .strictObject({ name: name.optional(), slug: Slug.optional() })
  .meta({ id: "UpdateOrganization" });
