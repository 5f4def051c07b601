import { z } from "zod";
import { RoleName } from "../members/members.contract";
import { about, singleLine, text } from "../shapes.contract";

const permissionsText = about("What members with it may do: `resource:action`, `resource:*` or `*`.", [
  "members:read",
  "audit-logs:read",
]);
const descriptionText = about("What the role is for.", "Reads everything, changes nothing.");
const permissions = z.array(text(100)).min(1).max(200).meta(permissionsText);
const description = singleLine(200).nullable().optional().meta(descriptionText);

export const CreateRole = z
  .strictObject({
    name: RoleName.meta(
      about("Lowercase letters and digits in groups joined by single hyphens; unique in the organization.", "auditor"),
    ),
    description,
    permissions,
  })
  .meta({ id: "CreateRole" });

export const UpdateRole = z
  .strictObject({
    description,
    permissions: permissions.optional(),
    remainingAccess: z
      .enum(["end", "keep"])
      .optional()
      .describe(
        "What happens to what members with the role could use beyond fewer permissions: the API keys of others that they know, the trusts they created on them, and the webhooks and audit stream they set up. `end` disables the keys, webhooks and stream and deletes the trusts, `keep` leaves them. Needed when there are any.",
      ),
  })
  .meta({ id: "UpdateRole" });

export const RoleAccessQuery = z.strictObject({
  permissions: text(8000)
    .transform((grants) => grants.split(","))
    .meta(about("The permissions the role may get, separated by commas.", "members:read,audit-logs:read")),
});

export const Role = z
  .object({
    name: z.string().meta(about("The name of the role.", "auditor")),
    description: z.string().nullable().meta(descriptionText),
    permissions: z.array(z.string()).meta(permissionsText),
    builtIn: z.boolean().describe("Whether every organization has it; a built-in role cannot be changed."),
  })
  .meta({ id: "Role", description: "What members are allowed to do." });
export const Roles = z
  .object({
    data: z.array(Role).meta(about("All roles of the organization.")),
    nextCursor: z.null().meta(about("Always null: the list is complete.", null)),
  })
  .meta({ id: "RoleList" });
