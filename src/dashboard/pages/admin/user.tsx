import { Link } from "wouter";
import { type AdminUser, useAdminUser } from "../../data/admin";
import { text } from "../../text";
import { CopyButton } from "../../ui/copy";
import { Loading } from "../../ui/loading";
import { PageHead } from "../../ui/page";
import { Facts, Section } from "../../ui/section";
import { Table } from "../../ui/table";
import { Time } from "../../ui/time";
import { UserMenu } from "./user-menu";
import { UserStatus } from "./users";

const words = text.admin;

/** One user: what is known of the account, and what an operator can do for it. */
export default function User({ id }: { id: string }) {
  return (
    <Loading query={useAdminUser(id)} lines={8}>
      {(user) => (
        <>
          <PageHead
            title={user.fullName}
            about={user.email}
            crumbs={<Link to="/users">{words.nav.users}</Link>}
            action={
              <>
                <UserStatus of={user} />
                <UserMenu of={user} />
              </>
            }
          />
          <Section title={words.user}>
            <Facts of={factsOf(user)} />
          </Section>
          <Section title={words.organizationsOfUser}>
            {user.organizations.length === 0 ? (
              <p className="muted">{words.noOrganizations}</p>
            ) : (
              <Table
                caption={words.organizationsOfUser}
                rows={user.organizations}
                keyOf={(organization) => organization.id}
                columns={[
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
                  { label: words.role, cell: ({ role }) => role },
                ]}
              />
            )}
          </Section>
        </>
      )}
    </Loading>
  );
}

function factsOf(user: AdminUser): Parameters<typeof Facts>[0]["of"] {
  const sinceOr = (at: string | null, otherwise: string) => (at ? <Time at={at} /> : otherwise);
  return [
    [
      words.identifier,
      <span className="row" key="id">
        <code>{user.id}</code>
        <CopyButton value={user.id} />
      </span>,
    ],
    [
      words.email,
      user.emailVerifiedAt
        ? `${user.email}, ${words.verified.toLowerCase()}`
        : `${user.email}, ${words.notVerified.toLowerCase()}`,
    ],
    [words.twoFactor, sinceOr(user.twoFactorSince, words.off)],
    [words.suspended, sinceOr(user.suspendedAt, "–")],
    [words.created, <Time key="created" at={user.createdAt} />],
    ...(user.externalIds.length > 0
      ? ([
          [words.externalIds, user.externalIds.map(({ source, externalId }) => `${source}: ${externalId}`).join(", ")],
        ] as [string, string][])
      : []),
  ];
}
