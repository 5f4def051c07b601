import { useState } from "react";
import { useOperatorLog } from "../../data/admin";
import type { AuditEvent } from "../../data/settings";
import { text } from "../../text";
import { PageHead } from "../../ui/page";
import { EventDetails, EventList } from "../audit/event-list";

const words = text.admin;

/** What operators did. */
export default function OperatorLog() {
  const [shown, show] = useState<AuditEvent>();
  return (
    <>
      <PageHead title={words.nav.audit} about={words.auditAbout} />
      <EventList query={useOperatorLog()} caption={words.auditList} show={show} />
      {shown && <EventDetails of={shown} onClose={() => show(undefined)} />}
    </>
  );
}
