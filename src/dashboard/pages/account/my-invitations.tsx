import { bask } from "../../data/client";
import { usePages } from "../../data/pages";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { Empty } from "../../ui/empty";
import { List } from "../../ui/list";
import { PageHead } from "../../ui/page";
import { Time } from "../../ui/time";
import { attempt } from "../../ui/toast";

const words = text.account;

/** Organizations that invited the user. */
export default function MyInvitations() {
  const query = usePages(["invitations", "mine"], (cursor) => bask.me.listInvitations(cursor));
  return (
    <>
      <PageHead title={words.invitations} about={words.invitationsAbout} />
      <List
        query={query}
        caption={words.invitations}
        keyOf={({ id }) => id}
        columns={[
          {
            label: words.organization,
            kind: "title",
            cell: ({ organization, role }) => (
              <span className="main">
                <strong>{organization.name}</strong>
                <span className="muted small">{role}</span>
              </span>
            ),
          },
          { label: words.inviter, cell: ({ inviter }) => inviter },
          { label: text.team.expires, cell: ({ expiresAt }) => <Time at={expiresAt} /> },
          {
            label: words.accept,
            cell: ({ id }) => (
              <span className="row">
                <Button
                  kind="primary"
                  onClick={() => attempt((bask) => bask.invitations.accept({ invitationId: id }), words.accepted)}
                >
                  {words.accept}
                </Button>
                <Button
                  onClick={() => attempt((bask) => bask.invitations.decline({ invitationId: id }), words.declined)}
                >
                  {words.decline}
                </Button>
              </span>
            ),
          },
        ]}
        empty={<Empty title={words.noInvitations} about={words.noInvitationsAbout} />}
      />
    </>
  );
}
