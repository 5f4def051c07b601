import { useOrganization } from "../../data/organization";
import { useGivableRoles } from "../../data/team";
import { text } from "../../text";
import { SelectField, TextField } from "../../ui/field";
import { DialogForm, useAct } from "../../ui/form";
import { say } from "../../ui/toast";

const words = text.team;

/** Invites a person by email. */
export function Invite({ onClose }: { onClose: () => void }) {
  const { id } = useOrganization();
  const roles = useGivableRoles();
  const form = useAct(
    { email: "", role: "member" },
    (bask, invitation) => bask.invitations.create(id, invitation),
    ({ email }) => {
      onClose();
      say(words.invited(email));
    },
  );
  return (
    <DialogForm
      title={words.inviteTitle}
      about={words.inviteAbout}
      state={form}
      action={words.inviteSubmit}
      onClose={onClose}
    >
      <TextField label={words.email} type="email" autoComplete="off" {...form.input("email")} />
      <SelectField label={words.role} {...form.input("role")}>
        {roles.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </SelectField>
    </DialogForm>
  );
}
