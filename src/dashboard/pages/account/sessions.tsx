import { useQuery } from "@tanstack/react-query";
import { bask } from "../../data/client";
import { queries } from "../../data/queries";
import { text } from "../../text";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Loading } from "../../ui/loading";
import { PageHead } from "../../ui/page";
import { Table } from "../../ui/table";
import { Time } from "../../ui/time";
import { attempt } from "../../ui/toast";

const words = text.account;

/** Where the user is signed in. */
export default function Sessions() {
  const query = useQuery({ queryKey: ["sessions"], queryFn: () => bask.sessions.list() });
  const changed = () => queries.invalidateQueries({ queryKey: ["sessions"] });
  return (
    <>
      <PageHead
        title={words.sessions}
        about={words.sessionsAbout}
        action={
          <Button onClick={() => attempt(() => bask.sessions.revokeOthers(), words.othersEnded, changed)}>
            {words.endOthers}
          </Button>
        }
      />
      <Loading query={query}>
        {({ data }) => (
          <Table
            caption={words.sessions}
            rows={data}
            keyOf={({ id }) => id}
            columns={[
              {
                label: words.device,
                kind: "title",
                cell: ({ device, isCurrent, isBound, userAgent }) => (
                  <span className="row" title={userAgent ?? undefined}>
                    <strong>{device}</strong>
                    {isCurrent && <Badge tone="accent">{words.thisOne}</Badge>}
                    {isBound && <Badge>{words.bound}</Badge>}
                  </span>
                ),
              },
              { label: words.ip, cell: ({ ip }) => ip },
              { label: words.lastUsed, cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
              { label: words.started, cell: ({ createdAt }) => <Time at={createdAt} /> },
              {
                label: text.common.actions,
                kind: "actions",
                cell: ({ id, isCurrent }) =>
                  !isCurrent && (
                    <Button kind="quiet" onClick={() => attempt(() => bask.sessions.revoke(id), words.ended, changed)}>
                      {words.end}
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Loading>
    </>
  );
}
