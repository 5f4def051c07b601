import { useState } from "react";
import { useSearchParams } from "wouter";
import { useMay } from "../../data/organization";
import { useMe } from "../../data/session";
import { type Member, useMembers } from "../../data/team";
import { text } from "../../text";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { List } from "../../ui/list";
import { PageHead } from "../../ui/page";
import type { Column } from "../../ui/table";
import { Time } from "../../ui/time";
import { Invitations } from "./invitations";
import { Invite } from "./invite";
import { MemberMenu } from "./member-menu";

const words = text.team;

/** Who belongs to the organization, and who is invited. */
export default function Members() {
  const [search, setSearch] = useSearchParams();
  const [inviting, setInviting] = useState(false);
  const may = useMay();
  return (
    <>
      <PageHead
        title={words.title}
        about={words.about}
        action={
          may("invitations:create") && (
            <Button kind="primary" icon="user-plus" onClick={() => setInviting(true)}>
              {words.invite}
            </Button>
          )
        }
      />
      <div className="filters">
        <input
          className="input"
          type="search"
          aria-label={text.common.search}
          placeholder={text.common.search}
          defaultValue={search.get("search") ?? ""}
          onChange={({ target }) =>
            setSearch(target.value.trim() ? { search: target.value.trim() } : {}, { replace: true })
          }
        />
      </div>
      <List
        query={useMembers(search.get("search") ?? undefined)}
        caption={words.list}
        keyOf={({ id }) => id}
        columns={useColumns()}
        empty={words.noneFound}
      />
      {may("invitations:read") && <Invitations />}
      {inviting && <Invite onClose={() => setInviting(false)} />}
    </>
  );
}

function useColumns(): Column<Member>[] {
  const me = useMe();
  return [
    {
      label: words.name,
      kind: "title",
      cell: ({ fullName, email, userId }) => (
        <span className="main">
          <span>
            <strong>{fullName}</strong> {userId === me.id && <span className="muted">({words.you})</span>}
          </span>
          <span className="muted small">{email}</span>
        </span>
      ),
    },
    { label: words.role, cell: ({ role }) => <Badge tone={role === "owner" ? "accent" : "neutral"}>{role}</Badge> },
    { label: words.joined, cell: ({ joinedAt }) => <Time at={joinedAt} /> },
    { label: text.common.actions, kind: "actions", cell: (member) => <MemberMenu of={member} /> },
  ];
}
