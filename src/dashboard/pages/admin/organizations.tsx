import { Link } from "wouter";
import { type AdminOrganization, useAdminOrganizations } from "../../data/admin";
import { text } from "../../text";
import { Badge } from "../../ui/badge";
import { List } from "../../ui/list";
import { PageHead } from "../../ui/page";
import type { Column } from "../../ui/table";
import { Time } from "../../ui/time";
import { useSearch } from "./search";

const words = text.admin;
type Row = Omit<AdminOrganization, "members" | "apiKeys">;

export const OrganizationStatus = ({ of: { deletedAt, suspendedAt } }: { of: Row }) =>
  deletedAt ? (
    <Badge>{words.deleted}</Badge>
  ) : suspendedAt ? (
    <Badge tone="danger">{words.suspended}</Badge>
  ) : (
    <Badge tone="good">{words.active}</Badge>
  );

const columns: Column<Row>[] = [
  {
    label: words.organization,
    kind: "title",
    cell: ({ id, name, slug }) => (
      <span className="main">
        <Link to={`/organizations/${id}`}>{name}</Link>
        <span className="muted small">{slug}</span>
      </span>
    ),
  },
  { label: words.plan, cell: ({ plan }) => words.plans[plan] },
  { label: words.created, cell: ({ createdAt }) => <Time at={createdAt} /> },
  { label: words.status, cell: (organization) => <OrganizationStatus of={organization} /> },
];

/** Every organization of the installation. */
export default function Organizations() {
  const search = useSearch(words.searchOrganizations);
  return (
    <>
      <PageHead title={words.nav.organizations} about={words.organizationsAbout} />
      {search.field}
      <List
        query={useAdminOrganizations(search.text)}
        caption={words.organizationsList}
        keyOf={({ id }) => id}
        columns={columns}
        empty={words.noneFound}
      />
    </>
  );
}
