import { useState } from "react";
import { bask } from "../../data/client";
import { useOrganization } from "../../data/organization";
import { teamChanged, useGivableRoles } from "../../data/team";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { SelectField, TextField } from "../../ui/field";
import { Form, useForm } from "../../ui/form";
import { say } from "../../ui/toast";

const words = text.team;

/** Invites a person by email. */
export function Invite({ onClose }: { onClose: () => void }) {
  const { id } = useOrganization();
  const roles = useGivableRoles();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState("member");
  const form = useForm(
    ["email", "role"],
    () => bask.invitations.create(id, { email, role }),
    async () => {
      onClose();
      say(words.invited(email));
      await teamChanged();
    },
  );
  return (
    <Dialog title={words.inviteTitle} about={words.inviteAbout} onClose={onClose}>
      <Form
        state={form}
        actions={
          <>
            <Button onClick={onClose}>{text.common.cancel}</Button>
            <Button kind="primary" type="submit" busy={form.busy}>
              {words.inviteSubmit}
            </Button>
          </>
        }
      >
        <TextField
          label={words.email}
          type="email"
          autoComplete="off"
          value={email}
          error={form.errorOf("email")}
          onChange={(event) => setEmail(event.target.value)}
        />
        <SelectField
          label={words.role}
          value={role}
          error={form.errorOf("role")}
          onChange={(event) => setRole(event.target.value)}
        >
          {roles.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </SelectField>
      </Form>
    </Dialog>
  );
}
