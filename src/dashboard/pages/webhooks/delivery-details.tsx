import { exactTime } from "../../data/time";
import { type Delivery, useWebhookOwner } from "../../data/webhooks";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { Code } from "../../ui/copy";
import { Dialog } from "../../ui/dialog";
import { Form, useAct } from "../../ui/form";
import { say } from "../../ui/toast";

const words = text.webhooks;

/** What was sent, what came back, and sending it again. */
export function DeliveryDetails({
  webhook,
  of: { id, type, eventId, attempts, payload, responseBody },
  onClose,
}: {
  webhook: string;
  of: Delivery;
  onClose: () => void;
}) {
  const { apiOf, may } = useWebhookOwner();
  const form = useAct(
    {},
    (bask) => apiOf(bask).redeliver(webhook, id),
    () => {
      onClose();
      say(words.redelivered);
    },
  );
  const close = <Button onClick={onClose}>{text.common.close}</Button>;
  return (
    <Dialog wide title={type} about={eventId} onClose={onClose}>
      <div className="field">
        <h3>{words.attempts}</h3>
        <ol className="plain-list">
          {attempts.map(({ at, responseStatus, failure }) => (
            <li key={at} className="row spread">
              <span>{responseStatus === null ? (failure ?? words.noResponse) : words.responded(responseStatus)}</span>
              <span className="muted">{exactTime(at)}</span>
            </li>
          ))}
        </ol>
      </div>
      <div className="field">
        <h3>{words.payload}</h3>
        <Code value={JSON.stringify(JSON.parse(payload), null, 2)} />
      </div>
      {responseBody && (
        <div className="field">
          <h3>{words.response}</h3>
          <Code value={responseBody} />
        </div>
      )}
      {may("webhooks:update") ? (
        <Form state={form} action={words.redeliver} before={close} />
      ) : (
        <div className="form-actions">{close}</div>
      )}
    </Dialog>
  );
}
