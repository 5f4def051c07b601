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
  .strictObject({ description, permissions: permissions.optional() })
  .meta({ id: "UpdateRole" });

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
