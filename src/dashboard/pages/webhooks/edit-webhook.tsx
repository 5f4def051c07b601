import { useState } from "react";
import { editsOf } from "../../data/edits";
import { type Subscription, useWebhookOwner, type Webhook, type WebhookWithSecret } from "../../data/webhooks";
import { text } from "../../text";
import { TextField } from "../../ui/field";
import { DialogForm, useAct } from "../../ui/form";
import { EventPicker } from "./event-picker";
import { WebhookSecret } from "./webhook-secret";

const words = text.webhooks;
const inputOf = ({ description, ...values }: { url: string; description: string; events: Subscription[] }) => ({
  ...values,
  description: description.trim() || null,
});

/** Adds an endpoint, then shows its secret; or changes one. */
export function EditWebhook({ of: webhook, onClose }: { of?: Webhook; onClose: () => void }) {
  const { apiOf } = useWebhookOwner();
  const [created, setCreated] = useState<WebhookWithSecret>();
  const form = useAct(
    {
      url: webhook?.url ?? "",
      description: webhook?.description ?? "",
      events: (webhook?.events ?? ["*"]) as Subscription[],
    },
    async (bask, values, begun) => {
      const api = apiOf(bask);
      if (!webhook) return api.create(inputOf(values));
      await api.update(webhook.id, editsOf(inputOf(begun), inputOf(values)));
      return undefined;
    },
    (added) => {
      if (added) setCreated(added);
      else onClose();
    },
  );
  if (created) return <WebhookSecret of={created} onClose={onClose} />;
  return (
    <DialogForm
      wide
      title={webhook ? words.editTitle : words.createTitle}
      state={form}
      action={webhook ? text.common.save : words.create}
      onClose={onClose}
    >
      <TextField
        label={words.url}
        help={words.urlHelp}
        type="url"
        placeholder="https://"
        spellCheck={false}
        {...form.input("url")}
      />
      <TextField label={words.description} optional maxLength={200} {...form.input("description")} />
      <EventPicker
        value={form.values.events}
        onChange={(events) => form.set({ events })}
        error={form.errorOf("events")}
      />
    </DialogForm>
  );
}
