import { useState } from "react";
import { Link, useSearchParams } from "wouter";
import { type Delivery, useDeliveries, useWebhook } from "../../data/webhooks";
import { text } from "../../text";
import { Badge, type Tone } from "../../ui/badge";
import { List } from "../../ui/list";
import { Loading } from "../../ui/loading";
import { PageHead } from "../../ui/page";
import { Section } from "../../ui/section";
import { Time } from "../../ui/time";
import { DeliveryDetails } from "./delivery-details";
import { WebhookMenu } from "./webhook-menu";
import { WebhookStatus } from "./webhook-status";

const words = text.webhooks;
const tones: Record<Delivery["status"], Tone> = {
  pending: "accent",
  paused: "warn",
  succeeded: "good",
  failed: "danger",
  canceled: "neutral",
};

/** One endpoint, and what was sent to it. */
export default function WebhookPage({ id }: { id: string }) {
  return (
    <Loading query={useWebhook(id)}>
      {(webhook) => (
        <>
          <PageHead
            title={new URL(webhook.url).host}
            about={webhook.url}
            crumbs={<Link to="/webhooks">{words.title}</Link>}
            action={
              <>
                <WebhookStatus of={webhook} />
                <WebhookMenu of={webhook} />
              </>
            }
          />
          {webhook.disabledBecause && (
            <p className="callout" data-tone="warn">
              {words.disabledBecause[webhook.disabledBecause]}
            </p>
          )}
          <Deliveries webhook={id} />
        </>
      )}
    </Loading>
  );
}

function Deliveries({ webhook }: { webhook: string }) {
  const [search, setSearch] = useSearchParams();
  const status = (search.get("status") ?? undefined) as Delivery["status"] | undefined;
  const [shown, show] = useState<Delivery>();
  return (
    <Section
      title={words.deliveries}
      action={
        <select
          className="input"
          aria-label={words.status}
          value={status ?? ""}
          onChange={({ target }) => setSearch(target.value ? { status: target.value } : {}, { replace: true })}
        >
          <option value="">{words.anyStatus}</option>
          {Object.entries(words.deliveryStatuses).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      }
    >
      <List
        query={useDeliveries(webhook, status)}
        caption={words.deliveries}
        keyOf={({ id }) => id}
        columns={[
          {
            label: words.event,
            kind: "title",
            cell: (delivery) => (
              <button type="button" className="link" onClick={() => show(delivery)}>
                <code>{delivery.type}</code>
              </button>
            ),
          },
          {
            label: words.status,
            cell: ({ status }) => <Badge tone={tones[status]}>{words.deliveryStatuses[status]}</Badge>,
          },
          { label: words.attempts, kind: "number", cell: ({ attempts }) => attempts.length },
          { label: words.when, cell: ({ createdAt }) => <Time at={createdAt} /> },
          {
            label: words.next,
            cell: ({ nextAttemptAt }) => (nextAttemptAt ? <Time at={nextAttemptAt} /> : "–"),
          },
        ]}
        empty={words.noDeliveries}
      />
      {shown && <DeliveryDetails webhook={webhook} of={shown} onClose={() => show(undefined)} />}
    </Section>
  );
}
