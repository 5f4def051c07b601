import { Link } from "wouter";
import { type AdminUser, useAdminUsers } from "../../data/admin";
import { text } from "../../text";
import { Badge } from "../../ui/badge";
import { List } from "../../ui/list";
import { PageHead } from "../../ui/page";
import type { Column } from "../../ui/table";
import { Time } from "../../ui/time";
import { useSearch } from "./search";

const words = text.admin;
type Row = Omit<AdminUser, "organizations" | "externalIds">;

export const UserStatus = ({ of: { suspendedAt, operatorSince } }: { of: Row }) => (
  <span className="row">
    {suspendedAt ? <Badge tone="danger">{words.suspended}</Badge> : <Badge tone="good">{words.active}</Badge>}
    {operatorSince && <Badge tone="accent">{words.operator}</Badge>}
  </span>
);

const columns: Column<Row>[] = [
  {
    label: words.user,
    kind: "title",
    cell: ({ id, fullName, email }) => (
      <span className="main">
        <Link to={`/users/${id}`}>{fullName}</Link>
        <span className="muted small">{email}</span>
      </span>
    ),
  },
  { label: words.email, cell: ({ emailVerifiedAt }) => (emailVerifiedAt ? words.verified : words.notVerified) },
  { label: words.twoFactor, cell: ({ twoFactorSince }) => (twoFactorSince ? words.on : words.off) },
  { label: words.created, cell: ({ createdAt }) => <Time at={createdAt} /> },
  { label: words.status, cell: (user) => <UserStatus of={user} /> },
];

/** Everyone with an account. */
export default function Users() {
  const search = useSearch(words.searchUsers);
  return (
    <>
      <PageHead title={words.nav.users} about={words.usersAbout} />
      {search.field}
      <List
        query={useAdminUsers(search.text)}
        caption={words.usersList}
        keyOf={({ id }) => id}
        columns={columns}
        empty={words.noUsers}
      />
    </>
  );
}
