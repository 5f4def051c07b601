import type { Pages } from "../../data/pages";
import type { AuditEvent } from "../../data/settings";
import { exactTime } from "../../data/time";
import { text } from "../../text";
import { Code } from "../../ui/copy";
import { Dialog } from "../../ui/dialog";
import { List } from "../../ui/list";
import { Facts } from "../../ui/section";
import { Time } from "../../ui/time";

const words = text.settings;
const actorOf = ({ actorName, actorId, actorType }: AuditEvent) => actorName ?? actorId ?? words.actorTypes[actorType];

/** Events of an audit log, each with its details behind it. */
export function EventList({
  query,
  caption,
  show,
}: {
  query: Pages<AuditEvent>;
  caption: string;
  show: (event: AuditEvent) => void;
}) {
  return (
    <List
      query={query}
      caption={caption}
      keyOf={({ id }) => id}
      columns={[
        {
          label: words.event,
          kind: "title",
          cell: (event) => (
            <span className="main">
              <button type="button" className="link" onClick={() => show(event)}>
                <code>{event.action}</code>
              </button>
              {event.action === "operator.acted" && (
                <code className="muted small">{String(event.details.action ?? "")}</code>
              )}
            </span>
          ),
        },
        {
          label: words.actor,
          cell: (event) => (
            <span className="main">
              {actorOf(event)}
              {event.actorEmail && <span className="muted small">{event.actorEmail}</span>}
            </span>
          ),
        },
        { label: words.ip, cell: ({ ip }) => ip ?? <span className="muted">–</span> },
        { label: words.when, cell: ({ at }) => <Time at={at} /> },
      ]}
      empty={words.noEvents}
    />
  );
}

export function EventDetails({ of: event, onClose }: { of: AuditEvent; onClose: () => void }) {
  return (
    <Dialog wide title={event.action} about={exactTime(event.at)} onClose={onClose}>
      <Facts
        of={[
          [words.actor, [actorOf(event), event.actorId].filter(Boolean).join(", ")],
          [words.target, event.targetId ?? "–"],
          [words.ip, event.ip ?? "–"],
          [words.userAgent, event.userAgent ?? "–"],
          [words.requestId, event.requestId ?? "–"],
          [words.number, event.seq],
          [words.hash, <code key="hash">{event.hash}</code>],
        ]}
      />
      {Object.keys(event.details).length > 0 && (
        <div className="field">
          <h3>{words.details}</h3>
          <Code value={JSON.stringify(event.details, null, 2)} />
        </div>
      )}
    </Dialog>
  );
}
