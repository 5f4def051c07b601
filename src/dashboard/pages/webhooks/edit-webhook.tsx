import { useState } from "react";
import { bask } from "../../data/client";
import { useOrganization } from "../../data/organization";
import { type Subscription, type Webhook, type WebhookWithSecret, webhooksChanged } from "../../data/webhooks";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { TextField } from "../../ui/field";
import { Form, useForm } from "../../ui/form";
import { EventPicker } from "./event-picker";
import { WebhookSecret } from "./webhook-secret";

const words = text.webhooks;

/** Adds an endpoint, then shows its secret; or changes one. */
export function EditWebhook({ of: webhook, onClose }: { of?: Webhook; onClose: () => void }) {
  const { id } = useOrganization();
  const [url, setUrl] = useState(webhook?.url ?? "");
  const [description, setDescription] = useState(webhook?.description ?? "");
  const [events, setEvents] = useState((webhook?.events ?? ["*"]) as Subscription[]);
  const [created, setCreated] = useState<WebhookWithSecret>();
  const input = { url, description: description.trim() || null, events };
  const form = useForm(
    ["url", "description", "events"],
    async () => {
      if (!webhook) return bask.webhooks.create(id, input);
      await bask.webhooks.update(id, webhook.id, input);
      return undefined;
    },
    async (added) => {
      if (added) setCreated(added);
      else onClose();
      await webhooksChanged();
    },
  );
  if (created) return <WebhookSecret of={created} onClose={onClose} />;
  return (
    <Dialog wide title={webhook ? words.editTitle : words.createTitle} onClose={onClose}>
      <Form
        state={form}
        actions={
          <>
            <Button onClick={onClose}>{text.common.cancel}</Button>
            <Button kind="primary" type="submit" busy={form.busy}>
              {webhook ? text.common.save : words.create}
            </Button>
          </>
        }
      >
        <TextField
          label={words.url}
          help={words.urlHelp}
          type="url"
          placeholder="https://"
          spellCheck={false}
          value={url}
          error={form.errorOf("url")}
          onChange={(event) => setUrl(event.target.value)}
        />
        <TextField
          label={words.description}
          optional
          maxLength={200}
          value={description}
          error={form.errorOf("description")}
          onChange={(event) => setDescription(event.target.value)}
        />
        <EventPicker value={events} onChange={setEvents} error={form.errorOf("events")} />
      </Form>
    </Dialog>
  );
}
