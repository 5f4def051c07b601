import type { WebhookWithSecret } from "../../data/webhooks";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { Code } from "../../ui/copy";
import { Dialog } from "../../ui/dialog";
import { useShownOnce } from "../../ui/shown-once";

const words = text.webhooks;

const example = `import { verifyWebhook } from "bask/server";

const event = await verifyWebhook(await request.text(), request.headers, { secret: process.env.WEBHOOK_SECRET });`;

/** The only time the secret is shown. It closes only by its button; a lost secret can be rotated. */
export function WebhookSecret({ of: { secret }, onClose }: { of: WebhookWithSecret; onClose: () => void }) {
  useShownOnce(() => {});
  return (
    <Dialog wide title={words.secretTitle} about={words.secretAbout} onClose={() => {}}>
      <Code value={secret} />
      <div className="field">
        <h3>{words.verify}</h3>
        <Code value={example} />
      </div>
      <div className="form-actions">
        <Button kind="primary" onClick={onClose}>
          {words.secretDone}
        </Button>
      </div>
    </Dialog>
  );
}
