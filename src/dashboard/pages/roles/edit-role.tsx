import { useState } from "react";
import { bask } from "../../data/client";
import { useOrganization } from "../../data/organization";
import { type Role, teamChanged } from "../../data/team";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { TextField } from "../../ui/field";
import { Form, useForm } from "../../ui/form";
import { PermissionPicker } from "../../ui/permission-picker";

const words = text.team;

/** Creates a role, or changes one. */
export function EditRole({ of: role, onClose }: { of: Role | undefined; onClose: () => void }) {
  const { id } = useOrganization();
  const [name, setName] = useState(role?.name ?? "");
  const [description, setDescription] = useState(role?.description ?? "");
  const [permissions, setPermissions] = useState(role?.permissions ?? []);
  const change = { description: description.trim() || null, permissions };
  const form = useForm(
    ["name", "description", "permissions"],
    () => (role ? bask.roles.update(id, role.name, change) : bask.roles.create(id, { name, ...change })),
    async () => {
      onClose();
      await teamChanged();
    },
  );
  return (
    <Dialog wide title={role ? words.editRole : words.createRole} onClose={onClose}>
      <Form
        state={form}
        actions={
          <>
            <Button onClick={onClose}>{text.common.cancel}</Button>
            <Button kind="primary" type="submit" busy={form.busy}>
              {role ? text.common.save : words.createRole}
            </Button>
          </>
        }
      >
        <TextField
          label={words.roleName}
          help={words.roleNameHelp}
          value={name}
          readOnly={role !== undefined}
          autoComplete="off"
          error={form.errorOf("name")}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label={words.description}
          optional
          maxLength={200}
          value={description}
          error={form.errorOf("description")}
          onChange={(event) => setDescription(event.target.value)}
        />
        <PermissionPicker
          label={words.permissions}
          value={permissions}
          onChange={setPermissions}
          error={form.errorOf("permissions")}
        />
      </Form>
    </Dialog>
  );
}
