import { type AdminClient, useOAuthClients } from "../../data/admin";
import { number } from "../../data/time";
import { text } from "../../text";
import { Badge } from "../../ui/badge";
import { List } from "../../ui/list";
import { Section } from "../../ui/section";
import type { Column } from "../../ui/table";
import { type OperatorAct, OperatorMenu } from "./operator-menu";
import { useSearch } from "./search";

const words = text.admin;

/** Blocking an app that works, and unblocking one that is blocked. */
function blocking({ clientId, name, blockedAt }: AdminClient): OperatorAct {
  if (blockedAt)
    return {
      icon: "rotate-ccw",
      action: words.unblock,
      title: words.unblockTitle(name),
      about: words.unblockAbout,
      run: (bask, { reason }) => bask.admin.oauthClients.unblock({ clientId, reason }),
    };
  return {
    icon: "ban",
    action: words.block,
    title: words.blockTitle(name),
    about: words.blockAbout,
    danger: true,
    run: (bask, { reason }) => bask.admin.oauthClients.block({ clientId, reason }),
  };
}

const columns: Column<AdminClient>[] = [
  {
    label: words.app,
    kind: "title",
    cell: ({ name, clientId }) => (
      <span className="main">
        <strong>{name}</strong>
        <code className="muted small">{clientId}</code>
      </span>
    ),
  },
  { label: words.came, cell: ({ kind, organization }) => organization?.name ?? words.appKinds[kind] },
  { label: words.connections, cell: ({ connections }) => number(connections) },
  {
    label: words.status,
    cell: ({ blockedAt, blockedBecause }) =>
      blockedAt ? (
        <span title={blockedBecause ?? undefined}>
          <Badge tone="danger">{words.blocked}</Badge>
        </span>
      ) : (
        <Badge tone="good">{words.works}</Badge>
      ),
  },
  {
    label: text.common.actions,
    kind: "actions",
    cell: (client) => <OperatorMenu of={client.name} acts={[blocking(client)]} />,
  },
];

/** Every app that has met the installation, each of which an operator can block. */
export function EveryApp() {
  const search = useSearch(words.searchApps);
  return (
    <Section title={words.everyApp} about={words.everyAppAbout}>
      {search.field}
      <List
        query={useOAuthClients(search.text)}
        caption={words.everyApp}
        keyOf={({ clientId }) => clientId}
        columns={columns}
        empty={words.noApps}
      />
    </Section>
  );
}
