import { useState } from "react";
import { apiUrl } from "../../data/client";
import type { CreatedApiKey } from "../../data/keys";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { Code } from "../../ui/copy";
import { Dialog } from "../../ui/dialog";
import { useShownOnce } from "../../ui/shown-once";

const words = text.keys;

/** The only time a key or a token is shown. It closes only when the reader says that they have it. */
export function RevealKey({
  of: { key },
  title = words.revealTitle,
  variable = "BASK_API_KEY",
  onClose,
}: {
  of: Pick<CreatedApiKey, "key">;
  title?: string;
  variable?: string;
  onClose: () => void;
}) {
  const [leaving, setLeaving] = useState(false);
  useShownOnce(() => setLeaving(true));
  if (leaving) {
    return (
      <Dialog title={words.revealLeave} about={words.revealLeaveAbout} onClose={() => setLeaving(false)}>
        <div className="form-actions">
          <Button onClick={() => setLeaving(false)}>{words.revealStay}</Button>
          <Button kind="danger" onClick={onClose}>
            {words.revealClose}
          </Button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog wide title={title} about={words.revealAbout} onClose={() => setLeaving(true)}>
      <div className="stack">
        <Code value={key} label={text.common.copy} />
        <div className="field">
          <h3>{words.revealEnv}</h3>
          <Code value={`${variable}=${key}`} />
        </div>
        <div className="field">
          <h3>{words.revealCurl}</h3>
          <Code value={`curl ${apiUrl}/whoami -H "X-API-Key: ${key}"`} />
        </div>
        <div className="field">
          <h3>{words.revealSdk}</h3>
          <Code
            value={`const bask = createClient({ url: "${new URL(apiUrl).origin}", apiKey: process.env.${variable} });`}
          />
        </div>
      </div>
      <div className="form-actions">
        <Button kind="primary" onClick={onClose}>
          {words.revealDone}
        </Button>
      </div>
    </Dialog>
  );
}
