import { useState } from "react";
import { useMay, useOrganization } from "../../data/organization";
import { useMe } from "../../data/session";
import { type Member, useGivableRoles } from "../../data/team";
import { text } from "../../text";
import { iconButton } from "../../ui/button";
import { SelectField } from "../../ui/field";
import { DialogForm, useAct } from "../../ui/form";
import { Menu, MenuAct } from "../../ui/menu";
import { say } from "../../ui/toast";
import { RemainingAccess, useAccessOf, useDecision } from "./remaining-access";
import { RemoveMember } from "./remove-member";

const words = text.team;

/** What can be done with a member. Owners are changed by transferring ownership only. */
export function MemberMenu({ of: member }: { of: Member }) {
  const may = useMay();
  const me = useMe();
  const [open, setOpen] = useState<"role" | "remove">();
  const changes = may("members:update") && member.role !== "owner";
  const removes = may("members:remove") && member.role !== "owner" && member.userId !== me.id;
  if (!changes && !removes) return null;
  const close = () => setOpen(undefined);
  return (
    <>
      <Menu label={words.actionsOf(member.fullName)} button={iconButton("ellipsis", words.actionsOf(member.fullName))}>
        {changes && (
          <MenuAct icon="shield" act={() => setOpen("role")}>
            {words.changeRole}
          </MenuAct>
        )}
        {removes && (
          <MenuAct icon="trash" danger act={() => setOpen("remove")}>
            {words.remove}
          </MenuAct>
        )}
      </Menu>
      {open === "role" && <ChangeRole of={member} onClose={close} />}
      {open === "remove" && <RemoveMember of={member} onClose={close} />}
    </>
  );
}

function ChangeRole({ of: member, onClose }: { of: Member; onClose: () => void }) {
  const { id } = useOrganization();
  const roles = useGivableRoles();
  const me = useMe();
  const form = useAct(
    { role: member.role },
    (bask, change) =>
      bask.members.update(id, member.id, {
        ...change,
        ...(remaining.decision && { remainingAccess: remaining.decision }),
      }),
    () => {
      onClose();
      say(words.roleChanged);
    },
  );
  const access = useAccessOf(member, form.values.role);
  // Who lowers their own role decides nothing: those who run the organization are told.
  const remaining = useDecision(member.userId === me.id ? undefined : access.data);
  return (
    <DialogForm
      title={words.changeRole}
      about={`${member.fullName}, ${member.email}`}
      state={form}
      action={text.common.save}
      onClose={onClose}
    >
      <SelectField label={words.role} {...form.input("role")}>
        {roles.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </SelectField>
      {access.data && <RemainingAccess of={access.data} {...remaining} />}
    </DialogForm>
  );
}
