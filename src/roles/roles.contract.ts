import { z } from "zod";
import { RoleName } from "../members/members.contract";
import { singleLine, text } from "../shapes.contract";

const permissions = z.array(text(100)).min(1).max(200);
const description = singleLine(200).nullable();

export const CreateRole = z.strictObject({
  name: RoleName,
  description: description.optional(),
  /** `resource:action`, `resource:*` or `*`. */
  permissions,
});

export const UpdateRole = z.strictObject({ description: description.optional(), permissions: permissions.optional() });

export const Role = z.object({
  name: z.string(),
  description: z.string().nullable(),
  permissions: z.array(z.string()),
  /** Whether every organization has it; a built-in role cannot be changed. */
  builtIn: z.boolean(),
});
export const Roles = z.object({ data: z.array(Role), nextCursor: z.null() });
