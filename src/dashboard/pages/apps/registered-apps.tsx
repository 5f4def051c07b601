import { useState } from "react";
import { type RegisteredApp, useApps } from "../../data/apps";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { CopyButton } from "../../ui/copy";
import { Empty } from "../../ui/empty";
import { List } from "../../ui/list";
import type { Column } from "../../ui/table";
import { Time } from "../../ui/time";
import { ScopeSummary } from "../keys/key-status";
import { AppMenu } from "./app-menu";
import { EditApp } from "./edit-app";

const words = text.organizationApps;

const columns: Column<RegisteredApp>[] = [
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

/** The OAuth clients that people registered, each with what can be done with it. */
export const RegisteredApps = () => (
  <List
    query={useApps()}
    caption={words.registered}
    empty={<Empty title={words.emptyTitle} about={words.emptyAbout} />}
    lines={4}
    keyOf={({ clientId }) => clientId}
    columns={columns}
  />
);

export function RegisterApp() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button kind="primary" icon="plus" onClick={() => setOpen(true)}>
        {words.register}
      </Button>
      {isOpen && <EditApp onClose={() => setOpen(false)} />}
    </>
  );
}
