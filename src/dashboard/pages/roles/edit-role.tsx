import { editsOf } from "../../data/edits";
import { type Scope, useOrganization } from "../../data/organization";
import type { Role } from "../../data/team";
import { text } from "../../text";
import { TextField } from "../../ui/field";
import { DialogForm, useAct } from "../../ui/form";
import { PermissionPicker } from "../../ui/permission-picker";
import { RemainingAccess, useAccessOfHolders, useDecision } from "../members/remaining-access";

const words = text.team;
const changeOf = ({ description, permissions }: { description: string; permissions: Scope[] }) => ({
  description: description.trim() || null,
  permissions,
});

/** Creates a role, or changes one. */
export function EditRole({ of: role, onClose }: { of: Role | undefined; onClose: () => void }) {
  const { id } = useOrganization();
  const form = useAct(
    { name: role?.name ?? "", description: role?.description ?? "", permissions: role?.permissions ?? [] },
    (bask, values, begun) => {
      const change = changeOf(values);
      if (!role) return bask.roles.create(id, { name: values.name, ...change });
      const { decision: remainingAccess } = remaining;
      const edits = editsOf(changeOf(begun), change);
      return bask.roles.update(id, role.name, { ...edits, ...(remainingAccess && { remainingAccess }) });
    },
    onClose,
  );
  const access = useAccessOfHolders(role, form.values.permissions);
  const remaining = useDecision(access.data);
  return (
    <DialogForm
      wide
      title={role ? words.editRole : words.createRole}
      state={form}
      action={role ? text.common.save : words.createRole}
      onClose={onClose}
    >
      <TextField
        label={words.roleName}
        help={words.roleNameHelp}
        readOnly={role !== undefined}
        autoComplete="off"
        {...form.input("name")}
      />
      <TextField label={words.description} optional maxLength={200} {...form.input("description")} />
      <PermissionPicker
        label={words.permissions}
        value={form.values.permissions}
        onChange={(permissions) => form.set({ permissions })}
        error={form.errorOf("permissions")}
      />
      {access.data && <RemainingAccess of={access.data} {...remaining} />}
    </DialogForm>
  );
}
