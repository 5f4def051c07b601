import type { ConnectedApp } from "../../data/apps";
import { useOrganization } from "../../data/organization";
import { text } from "../../text";
import { Confirm } from "../../ui/confirm";
import { say } from "../../ui/toast";

const words = text.organizationApps;

/** Ends what an app may do for a member, after asking. */
export function DisconnectApp({ of: app, onClose }: { of: ConnectedApp; onClose: () => void }) {
  const { id } = useOrganization();
  return (
    <Confirm
      title={words.disconnectTitle(app.client.name, app.user.fullName)}
      about={words.disconnectAbout}
      action={words.disconnect}
      run={(bask) => bask.apps.disconnect(id, app.id)}
      done={() => {
        onClose();
        say(words.disconnected);
      }}
      onClose={onClose}
    />
  );
}
