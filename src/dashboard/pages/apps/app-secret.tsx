import type { AppWithSecret } from "../../data/apps";
import { apiUrl } from "../../data/client";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { Code } from "../../ui/copy";
import { Dialog } from "../../ui/dialog";
import { useShownOnce } from "../../ui/shown-once";

const words = text.organizationApps;
const metadataUrl = apiUrl.replace(/\/api\/v1$/, "/.well-known/oauth-authorization-server");

/** What an app needs. A secret is shown only here, so it closes only by its button; a lost one can be rotated. */
export function AppSecret({ of: { clientId, clientSecret }, onClose }: { of: AppWithSecret; onClose: () => void }) {
  useShownOnce(() => {});
  const values = [
    [words.clientId, clientId],
    [words.clientSecret, clientSecret],
    [words.metadata, metadataUrl],
  ] as const;
  return (
    <Dialog
      wide
      title={clientSecret ? words.revealTitle : words.revealPublicTitle}
      about={clientSecret ? words.revealAbout : undefined}
      onClose={clientSecret ? () => {} : onClose}
    >
      {values.map(
        ([label, value]) =>
          value && (
            <div className="field" key={label}>
              <h3>{label}</h3>
              <Code value={value} label={`${text.common.copy}: ${label}`} />
            </div>
          ),
      )}
      <div className="form-actions">
        <Button kind="primary" onClick={onClose}>
          {clientSecret ? words.done : text.common.close}
        </Button>
      </div>
    </Dialog>
  );
}
