import { useState } from "react";
import { Link } from "wouter";
import { type AdminOrganization, useAdminAuditLog, useAdminOrganization } from "../../data/admin";
import type { AuditEvent } from "../../data/settings";
import { number } from "../../data/time";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { CopyButton } from "../../ui/copy";
import { Loading } from "../../ui/loading";
import { PageHead } from "../../ui/page";
import { Facts, Section } from "../../ui/section";
import { Time } from "../../ui/time";
import { EventDetails, EventList } from "../audit/event-list";
import { OperatorMenu, suspension } from "./operator-menu";
import { OrganizationStatus } from "./organizations";
import { SetPlan } from "./set-plan";

const words = text.admin;

/** One organization: its size, its plan, its log, and what an operator can do with it. */
export default function Organization({ id }: { id: string }) {
  const [shown, show] = useState<AuditEvent>();
  const [planning, setPlanning] = useState(false);
  const audit = useAdminAuditLog(id);
  return (
    <Loading query={useAdminOrganization(id)} lines={8}>
      {(organization) => (
        <>
          <PageHead
            title={organization.name}
            about={organization.slug}
            crumbs={<Link to="/organizations">{words.nav.organizations}</Link>}
            action={
              <>
                <OrganizationStatus of={organization} />
                <OrganizationMenu of={organization} />
              </>
            }
          />
          <Section
            title={words.organization}
            action={
              <Button icon="gauge" onClick={() => setPlanning(true)}>
                {words.setPlan}
              </Button>
            }
          >
            <Facts
              of={[
                [
                  words.identifier,
                  <span className="row" key="id">
                    <code>{organization.id}</code>
                    <CopyButton value={organization.id} />
                  </span>,
                ],
                [words.plan, words.plans[organization.plan]],
                [
                  words.overrides,
                  organization.planOverrides ? (
                    <code key="own">{JSON.stringify(organization.planOverrides)}</code>
                  ) : (
                    words.noOverrides
                  ),
                ],
                [words.members, number(organization.members)],
                [words.apiKeys, number(organization.apiKeys)],
                [words.created, <Time key="created" at={organization.createdAt} />],
              ]}
            />
          </Section>
          <Section title={words.auditOfOrganization}>
            <EventList query={audit} caption={words.auditOfOrganization} show={show} />
          </Section>
          {planning && <SetPlan of={organization} onClose={() => setPlanning(false)} />}
          {shown && <EventDetails of={shown} onClose={() => show(undefined)} />}
        </>
      )}
    </Loading>
  );
}

function OrganizationMenu({ of: { id, name, suspendedAt, deletedAt } }: { of: AdminOrganization }) {
  if (deletedAt) return null;
  const suspend = suspension(
    { name, suspendedAt },
    {
      title: words.suspendOrganization(name),
      about: words.suspendOrganizationAbout,
      run: (bask, input) => bask.admin.organizations.suspend(id, input),
    },
    (bask, input) => bask.admin.organizations.restore(id, input),
  );
  return <OperatorMenu of={name} acts={[suspend]} />;
}
