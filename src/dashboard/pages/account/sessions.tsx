import type { Session } from "../../../sdk/client";
import { bask } from "../../data/client";
import { useWholeList } from "../../data/pages";
import { text, translate } from "../../text";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { actColumn, List } from "../../ui/list";
import { PageHead } from "../../ui/page";
import { Time } from "../../ui/time";
import { attempt } from "../../ui/toast";

const words = text.account;

/** Where the user is signed in. */
export default function Sessions() {
  const query = useWholeList({ queryKey: ["sessions"], queryFn: () => bask.sessions.list() });
  return (
    <>
      <PageHead
        title={words.sessions}
        about={words.sessionsAbout}
        action={
          <Button onClick={() => attempt((bask) => bask.sessions.revokeOthers(), words.othersEnded)}>
            {words.endOthers}
          </Button>
        }
      />
      <List
        query={query}
        caption={words.sessions}
        // The session that asks is among them.
        empty={null}
        keyOf={({ id }) => id}
        columns={[
          {
            label: words.device,
            kind: "title",
            cell: ({ device, isCurrent, isBound, userAgent }) => (
              <span className="row" title={userAgent ?? undefined}>
                <strong>{translate.device(device)}</strong>
                {isCurrent && <Badge tone="accent">{words.thisOne}</Badge>}
                {isBound && <Badge>{words.bound}</Badge>}
              </span>
            ),
          },
          { label: words.ip, cell: ({ ip }) => ip },
          { label: words.lastUsed, cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
          { label: words.started, cell: ({ createdAt }) => <Time at={createdAt} /> },
          actColumn<Session>(
            words.end,
            ({ id }) => attempt((bask) => bask.sessions.revoke(id), words.ended),
            ({ isCurrent }) => !isCurrent,
          ),
        ]}
      />
    </>
  );
}
