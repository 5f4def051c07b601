import { useState } from "react";
import { Link } from "wouter";
import { useWebhookOwner, useWebhooks, type Webhook } from "../../data/webhooks";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { Empty } from "../../ui/empty";
import { List } from "../../ui/list";
import { PageHead } from "../../ui/page";
import type { Column } from "../../ui/table";
import { Time } from "../../ui/time";
import { EditWebhook } from "./edit-webhook";
import { WebhookMenu } from "./webhook-menu";
import { WebhookStatus } from "./webhook-status";

const words = text.webhooks;

const columns: Column<Webhook>[] = [
  {
    label: words.url,
    kind: "title",
    cell: ({ id, url, description }) => (
      <span className="main">
        <Link to={`/webhooks/${id}`}>{url}</Link>
        {description && <span className="muted small">{description}</span>}
      </span>
    ),
  },
  {
    label: words.events,
    cell: ({ events: [first, ...others], events }) => (
      <span className="row" title={events.join("\n")}>
        <code className="small">{first === "*" ? words.allEvents : first}</code>
        {others.length > 0 && <span className="muted small">+{others.length}</span>}
      </span>
    ),
  },
  { label: words.created, cell: ({ createdAt }) => <Time at={createdAt} /> },
  { label: words.status, cell: (webhook) => <WebhookStatus of={webhook} /> },
  { label: text.common.actions, kind: "actions", cell: (webhook) => <WebhookMenu of={webhook} /> },
];

/** The endpoints that are told what happens in the organization. */
export default function Webhooks() {
  const { isInstallation, may } = useWebhookOwner();
  const [creating, setCreating] = useState(false);
  const create = may("webhooks:create") && (
    <Button kind="primary" icon="plus" onClick={() => setCreating(true)}>
      {words.create}
    </Button>
  );
  return (
    <>
      <PageHead title={words.title} about={isInstallation ? text.admin.webhooksAbout : words.about} action={create} />
      <List
        query={useWebhooks()}
        caption={isInstallation ? text.admin.webhooksList : words.list}
        keyOf={({ id }) => id}
        columns={columns}
        empty={
          <Empty title={words.emptyTitle} about={words.emptyAbout}>
            {create}
          </Empty>
        }
      />
      {creating && <EditWebhook onClose={() => setCreating(false)} />}
    </>
  );
}
