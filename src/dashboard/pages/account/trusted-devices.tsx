import type { TrustedDevice } from "../../../sdk/client";
import { bask } from "../../data/client";
import { useWholeList } from "../../data/pages";
import { text, translate } from "../../text";
import { actColumn, List } from "../../ui/list";
import { Section } from "../../ui/section";
import { Time } from "../../ui/time";
import { attempt } from "../../ui/toast";

const words = text.account;

/** Devices that are not asked for a code. */
export function TrustedDevices() {
  const query = useWholeList({ queryKey: ["devices"], queryFn: () => bask.trustedDevices.list() });
  return (
    <Section title={words.devices} about={words.devicesAbout}>
      <List
        query={query}
        caption={words.devices}
        empty={words.noDevices}
        lines={2}
        keyOf={({ id }) => id}
        columns={[
          { label: words.device, kind: "title", cell: ({ device }) => <strong>{translate.device(device)}</strong> },
          { label: words.ip, cell: ({ ip }) => ip },
          { label: words.lastUsed, cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
          actColumn<TrustedDevice>(words.forget, ({ id }) =>
            attempt((bask) => bask.trustedDevices.revoke(id), words.forgotten),
          ),
        ]}
      />
    </Section>
  );
}
