import type { ConnectedApp } from "../../../sdk/client";
import { bask } from "../../data/client";
import { useWholeList } from "../../data/pages";
import { text, translate } from "../../text";
import { Badge } from "../../ui/badge";
import { actColumn, List } from "../../ui/list";
import { PageHead } from "../../ui/page";
import { Time } from "../../ui/time";
import { attempt } from "../../ui/toast";

const words = text.apps;

/** The apps that act for the user. */
export default function ConnectedApps() {
  const query = useWholeList({ queryKey: ["connected-apps"], queryFn: () => bask.connectedApps.list() });
  return (
    <>
      <PageHead title={words.connected} about={words.connectedAbout} />
      <List
        query={query}
        caption={words.connected}
        empty={words.none}
        keyOf={({ id }) => id}
        columns={[
          {
            label: words.app,
            kind: "title",
            cell: ({ client, blockedBy }) => (
              <span className="main">
                <strong title={client.host ?? undefined}>{client.name}</strong>
                {blockedBy && <Badge tone="danger">{words.blockedBy[blockedBy]}</Badge>}
              </span>
            ),
          },
          { label: words.where, cell: ({ organization }) => organization.name },
          { label: words.may, cell: ({ scopes }) => scopes.map(translate.scope).join(", ") },
          { label: words.lastUsed, cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
          actColumn<ConnectedApp>(words.disconnect, ({ id }) =>
            attempt((bask) => bask.connectedApps.disconnect(id), words.disconnected),
          ),
        ]}
      />
    </>
  );
}
