import { useState } from "react";
import { useSearchParams } from "wouter";
import { bask } from "../../data/client";
import { useOrganization } from "../../data/organization";
import { type AuditEvent, type AuditFilter, useAuditLog } from "../../data/settings";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { sentenceOf } from "../../ui/failure";
import { PageHead } from "../../ui/page";
import { say } from "../../ui/toast";
import { EventDetails, EventList } from "./event-list";

const words = text.settings;
const nouns = ["api_key", "member", "invitation", "role", "policy", "organization", "ownership", "webhook"];

/** What happened in the organization; the filter is in the address. */
export default function AuditLog() {
  const { id, slug } = useOrganization();
  const [search, setSearch] = useSearchParams();
  const [shown, show] = useState<AuditEvent>();
  const noun = search.get("noun") ?? "";
  const from = search.get("from") ?? "";
  const to = search.get("to") ?? "";
  const filter: AuditFilter = {
    ...(noun && { action: `${noun}.*` }),
    ...(from && { from }),
    ...(to && { to }),
  };
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(search);
    if (value) next.set(name, value);
    else next.delete(name);
    setSearch(next, { replace: true });
  };
  async function download() {
    try {
      save(await bask.auditLogs.export(id, { ...filter, bom: true }), `${slug}-audit-log.csv`);
    } catch (error) {
      say(sentenceOf(error));
    }
  }
  return (
    <>
      <PageHead
        title={words.auditTitle}
        about={words.auditAbout}
        action={
          <Button icon="download" onClick={() => void download()}>
            {words.download}
          </Button>
        }
      />
      <div className="filters">
        <select
          className="input"
          aria-label={words.event}
          value={noun}
          onChange={(event) => set("noun", event.target.value)}
        >
          <option value="">{words.anyEvent}</option>
          {nouns.map((name) => (
            <option key={name} value={name}>
              {name.replace("_", " ")}
            </option>
          ))}
        </select>
        <label className="row">
          <span className="muted">{words.from}</span>
          <input className="input" type="date" value={from} onChange={(event) => set("from", event.target.value)} />
        </label>
        <label className="row">
          <span className="muted">{words.to}</span>
          <input className="input" type="date" value={to} onChange={(event) => set("to", event.target.value)} />
        </label>
      </div>
      <EventList query={useAuditLog(filter)} caption={words.auditList} show={show} />
      {shown && <EventDetails of={shown} onClose={() => show(undefined)} />}
    </>
  );
}

/** Hands a text to the browser as a file. */
function save(content: string, name: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "text/csv" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
