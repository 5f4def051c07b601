import { z } from "zod";
import { RoleName } from "../members/members.contract";
import { singleLine } from "../shapes.contract";

const permissions = z
  .array(z.string().max(100, "is too long"))
  .min(1, "names no permission")
  .max(200, "has too many entries");
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
  /** Every organization has it, and nobody can change it. */
  builtIn: z.boolean(),
});
export const Roles = z.object({ data: z.array(Role), nextCursor: z.null() });
