import { useState } from "react";
import { bask } from "../../data/client";
import { usePages } from "../../data/pages";
import type { AuditEvent } from "../../data/settings";
import { text } from "../../text";
import { PageHead } from "../../ui/page";
import { EventDetails, EventList } from "../audit/event-list";

const words = text.account;

/** What happened to the account. */
export default function Activity() {
  const [shown, show] = useState<AuditEvent>();
  const query = usePages(["activity"], (cursor) => bask.me.listAuditLogs(cursor));
  return (
    <>
      <PageHead title={words.activity} about={words.activityAbout} />
      <EventList query={query} caption={words.activity} show={show} />
      {shown && <EventDetails of={shown} onClose={() => show(undefined)} />}
    </>
  );
}
