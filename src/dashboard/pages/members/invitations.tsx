import { useMemberNames } from "../../data/keys";
import { useMay, useOrganization } from "../../data/organization";
import { type Invitation, usePendingInvitations } from "../../data/team";
import { text } from "../../text";
import { iconButton } from "../../ui/button";
import { List } from "../../ui/list";
import { Menu, MenuAct } from "../../ui/menu";
import { Section } from "../../ui/section";
import type { Column } from "../../ui/table";
import { Time } from "../../ui/time";
import { attempt } from "../../ui/toast";

const words = text.team;

/** Invitations that were not answered yet. */
export function Invitations() {
  const query = usePendingInvitations();
  const nameOf = useMemberNames((query.data ?? []).map(({ inviterId }) => inviterId));
  const columns: Column<Invitation>[] = [
    {
      label: words.email,
      kind: "title",
      cell: ({ email, emailedAt }) => (
        <span className="main">
          <strong>{email}</strong>
          {emailedAt === null && <span className="muted small">{words.heldBack}</span>}
        </span>
      ),
    },
    { label: words.role, cell: ({ role }) => role },
    { label: words.invitedBy, cell: ({ inviterId }) => nameOf(inviterId) },
    { label: words.expires, cell: ({ expiresAt }) => <Time at={expiresAt} /> },
    { label: text.common.actions, kind: "actions", cell: (invitation) => <InvitationMenu of={invitation} /> },
  ];
  return (
    <Section title={words.invitations}>
      <List
        query={query}
        caption={words.invitations}
        keyOf={({ id }) => id}
        columns={columns}
        empty={words.noInvitations}
      />
    </Section>
  );
}

function InvitationMenu({ of: { id, email } }: { of: Invitation }) {
  const organization = useOrganization();
  const may = useMay();
  return (
    <Menu label={words.actionsOf(email)} button={iconButton("ellipsis", words.actionsOf(email))}>
      {may("invitations:create") && (
        <MenuAct icon="send" act={() => attempt((bask) => bask.invitations.resend(organization.id, id), words.resent)}>
          {words.resend}
        </MenuAct>
      )}
      {may("invitations:delete") && (
        <MenuAct
          icon="ban"
          danger
          act={() => attempt((bask) => bask.invitations.cancel(organization.id, id), words.canceled)}
        >
          {words.cancelInvitation}
        </MenuAct>
      )}
    </Menu>
  );
}
