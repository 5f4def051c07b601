import type { Webhook } from "../../data/webhooks";
import { text } from "../../text";
import { Badge } from "../../ui/badge";

const words = text.webhooks;

export const WebhookStatus = ({ of: { status, disabledBecause, failingSince } }: { of: Webhook }) => (
  <span title={disabledBecause ? words.disabledBecause[disabledBecause] : undefined}>
    {status === "enabled" && failingSince !== null ? (
      <Badge tone="warn">{words.failing}</Badge>
    ) : (
      <Badge tone={status === "enabled" ? "good" : "neutral"}>{words.statuses[status]}</Badge>
    )}
  </span>
);
