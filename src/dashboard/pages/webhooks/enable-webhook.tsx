import { useState } from "react";
import { useWebhookOwner, type Webhook } from "../../data/webhooks";
import { text } from "../../text";
import { Confirm } from "../../ui/confirm";
import { Choice, Choices } from "../../ui/field";
import { say } from "../../ui/toast";

const words = text.webhooks;

/** Enables an endpoint again: what becomes of what it missed? */
export function EnableWebhook({ of: webhook, onClose }: { of: Webhook; onClose: () => void }) {
  const { apiOf } = useWebhookOwner();
  const [missedEvents, setMissed] = useState<"send" | "skip">("send");
  return (
    <Confirm
      title={words.enableTitle}
      about={webhook.disabledBecause ? words.disabledBecause[webhook.disabledBecause] : webhook.url}
      action={words.enable}
      danger={false}
      run={(bask) => apiOf(bask).update(webhook.id, { enabled: true, missedEvents })}
      done={() => {
        onClose();
        say(words.enabled);
      }}
      onClose={onClose}
    >
      <Choices label={words.missed}>
        {(["send", "skip"] as const).map((choice) => (
          <Choice
            key={choice}
            type="radio"
            name="missed"
            label={choice === "send" ? words.missedSend : words.missedSkip}
            checked={missedEvents === choice}
            onChange={() => setMissed(choice)}
          />
        ))}
      </Choices>
    </Confirm>
  );
}
