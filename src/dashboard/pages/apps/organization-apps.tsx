import { type ConnectedApp, useConnectedApps } from "../../data/apps";
import { text } from "../../text";
import { Badge } from "../../ui/badge";
import { List } from "../../ui/list";
import { PageHead } from "../../ui/page";
import { Section } from "../../ui/section";
import type { Column } from "../../ui/table";
import { Time } from "../../ui/time";
import { ScopeSummary } from "../keys/key-status";
import { ConnectedAppMenu } from "./connected-app-menu";
import { RegisterApp, RegisteredApps } from "./registered-apps";

const words = text.organizationApps;

/** The OAuth clients of the organization, and the apps that act in it. */
export default function OrganizationApps() {
  return (
    <>
      <PageHead title={words.title} about={words.about} action={<RegisterApp />} />
      <Section title={words.registered} about={words.registeredAbout}>
        <RegisteredApps />
      </Section>
      <Connected />
    </>
  );
}

function Connected() {
  const columns: Column<ConnectedApp>[] = [
    {
      label: text.apps.app,
      kind: "title",
      cell: ({ client, blockedBy }) => (
        <span className="main">
          <strong>{client.name}</strong>
          <span className="muted small">{client.host ?? client.id}</span>
          {blockedBy && <Badge tone="danger">{text.apps.blockedBy[blockedBy]}</Badge>}
        </span>
      ),
    },
    { label: words.actsFor, cell: ({ user }) => user.fullName },
    {
      label: words.scopes,
      cell: ({ scopes }) => <ScopeSummary scopes={scopes.map(({ scope }) => scope)} />,
    },
    { label: text.apps.lastUsed, cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
    { label: text.common.actions, kind: "actions", cell: (app) => <ConnectedAppMenu of={app} /> },
  ];
  return (
    <Section title={words.connected} about={words.connectedAbout}>
      <List
        query={useConnectedApps()}
        caption={words.connected}
        empty={words.connectedEmpty}
        lines={4}
        keyOf={({ id }) => id}
        columns={columns}
      />
    </Section>
  );
}
