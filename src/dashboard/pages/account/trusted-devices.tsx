import { useQuery } from "@tanstack/react-query";
import { bask } from "../../data/client";
import { queries } from "../../data/queries";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { Loading } from "../../ui/loading";
import { Section } from "../../ui/section";
import { Table } from "../../ui/table";
import { Time } from "../../ui/time";
import { attempt } from "../../ui/toast";

const words = text.account;

/** Devices that are not asked for a code. */
export function TrustedDevices() {
  const query = useQuery({ queryKey: ["devices"], queryFn: () => bask.trustedDevices.list() });
  const changed = () => queries.invalidateQueries({ queryKey: ["devices"] });
  return (
    <Section title={words.devices} about={words.devicesAbout}>
      <Loading query={query}>
        {({ data }) =>
          data.length === 0 ? (
            <p className="muted">{words.noDevices}</p>
          ) : (
            <Table
              caption={words.devices}
              rows={data}
              keyOf={({ id }) => id}
              columns={[
                { label: words.device, kind: "title", cell: ({ device }) => <strong>{device}</strong> },
                { label: words.ip, cell: ({ ip }) => ip },
                { label: words.lastUsed, cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
                {
                  label: text.common.actions,
                  kind: "actions",
                  cell: ({ id }) => (
                    <Button
                      kind="quiet"
                      onClick={() => attempt(() => bask.trustedDevices.revoke(id), words.forgotten, changed)}
                    >
                      {words.forget}
                    </Button>
                  ),
                },
              ]}
            />
          )
        }
      </Loading>
    </Section>
  );
}
