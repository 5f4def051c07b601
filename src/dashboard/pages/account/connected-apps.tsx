import { useQuery } from "@tanstack/react-query";
import { bask } from "../../data/client";
import { queries } from "../../data/queries";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { Loading } from "../../ui/loading";
import { PageHead } from "../../ui/page";
import { Table } from "../../ui/table";
import { Time } from "../../ui/time";
import { attempt } from "../../ui/toast";

const words = text.apps;

/** The apps that act for the user. */
export default function ConnectedApps() {
  const query = useQuery({ queryKey: ["connected-apps"], queryFn: () => bask.connectedApps.list() });
  const changed = () => queries.invalidateQueries({ queryKey: ["connected-apps"] });
  return (
    <>
      <PageHead title={words.connected} about={words.connectedAbout} />
      <Loading query={query}>
        {({ data }) =>
          data.length === 0 ? (
            <p className="muted">{words.none}</p>
          ) : (
            <Table
              caption={words.connected}
              rows={data}
              keyOf={({ id }) => id}
              columns={[
                {
                  label: words.app,
                  kind: "title",
                  cell: ({ client }) => <strong title={client.host ?? undefined}>{client.name}</strong>,
                },
                { label: words.where, cell: ({ organization }) => organization.name },
                {
                  label: words.may,
                  cell: ({ scopes }) => scopes.map(({ description }) => description).join(", "),
                },
                { label: words.lastUsed, cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
                {
                  label: text.common.actions,
                  kind: "actions",
                  cell: ({ id }) => (
                    <Button
                      kind="quiet"
                      onClick={() => attempt(() => bask.connectedApps.disconnect(id), words.disconnected, changed)}
                    >
                      {words.disconnect}
                    </Button>
                  ),
                },
              ]}
            />
          )
        }
      </Loading>
    </>
  );
}
