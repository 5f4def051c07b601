import { useState } from "react";
import { type ConnectedApp, type RegisteredApp, useApps, useConnectedApps } from "../../data/apps";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { CopyButton } from "../../ui/copy";
import { Empty } from "../../ui/empty";
import { actColumn, List } from "../../ui/list";
import { PageHead } from "../../ui/page";
import { Section } from "../../ui/section";
import type { Column } from "../../ui/table";
import { Time } from "../../ui/time";
import { ScopeSummary } from "../keys/key-status";
import { AppMenu } from "./app-menu";
import { DisconnectApp } from "./disconnect-app";
import { EditApp } from "./edit-app";

const words = text.organizationApps;

const registered: Column<RegisteredApp>[] = [
  {
    label: words.name,
    kind: "title",
    cell: ({ name, clientId }) => (
      <span className="main">
        <strong>{name}</strong>
        <span className="row">
          <code className="muted small">{clientId}</code>
          <CopyButton value={clientId} label={`${text.common.copy}: ${words.clientId}, ${name}`} />
        </span>
      </span>
    ),
  },
  { label: words.redirectUris, cell: ({ redirectUris }) => <ScopeSummary scopes={redirectUris} /> },
  { label: words.type, cell: ({ hasSecret }) => (hasSecret ? words.confidential : words.public) },
  { label: words.created, cell: ({ createdAt }) => <Time at={createdAt} /> },
  { label: text.common.actions, kind: "actions", cell: (app) => <AppMenu of={app} /> },
];

/** The OAuth clients of the organization, and the apps that act in it. */
export default function OrganizationApps() {
  const [registering, setRegistering] = useState(false);
  const register = (
    <Button kind="primary" icon="plus" onClick={() => setRegistering(true)}>
      {words.register}
    </Button>
  );
  return (
    <>
      <PageHead title={words.title} about={words.about} action={register} />
      <Section title={words.registered} about={words.registeredAbout}>
        <List
          query={useApps()}
          caption={words.registered}
          empty={<Empty title={words.emptyTitle} about={words.emptyAbout} />}
          lines={4}
          keyOf={({ clientId }) => clientId}
          columns={registered}
        />
      </Section>
      <Connected />
      {registering && <EditApp onClose={() => setRegistering(false)} />}
    </>
  );
}

function Connected() {
  const [ending, setEnding] = useState<ConnectedApp>();
  const columns: Column<ConnectedApp>[] = [
    {
      label: text.apps.app,
      kind: "title",
      cell: ({ client }) => (
        <span className="main">
          <strong>{client.name}</strong>
          <span className="muted small">{client.host ?? client.id}</span>
        </span>
      ),
    },
    { label: words.actsFor, cell: ({ user }) => user.fullName },
    {
      label: words.scopes,
      cell: ({ scopes }) => <ScopeSummary scopes={scopes.map(({ scope }) => scope)} />,
    },
    { label: text.apps.lastUsed, cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
    actColumn(words.disconnect, setEnding),
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
      {ending && <DisconnectApp of={ending} onClose={() => setEnding(undefined)} />}
    </Section>
  );
}
