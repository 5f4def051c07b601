import { type ApiKey, useKeyUsage } from "../../data/keys";
import { useOrganization } from "../../data/organization";
import { number } from "../../data/time";
import { text } from "../../text";
import { Confirm } from "../../ui/confirm";
import { say } from "../../ui/toast";

const words = text.keys;

/** Asks before a key is revoked, and says whether it is still in use. */
export function RevokeKey({ of: key, onClose }: { of: ApiKey; onClose: () => void }) {
  const { id } = useOrganization();
  const { data: usage } = useKeyUsage(key.id, "day");
  return (
    <Confirm
      title={words.revokeTitle(key.name)}
      about={words.revokeAbout}
      action={words.revoke}
      run={(bask) => bask.apiKeys.revoke(id, key.id)}
      done={() => {
        onClose();
        say(words.revoked);
      }}
      onClose={onClose}
    >
      {usage && (
        <p className="callout" data-tone={usage.total.ok > 0 ? "warn" : undefined}>
          {usage.total.ok > 0 ? words.revokeUsed(number(usage.total.ok)) : words.revokeUnused}
        </p>
      )}
    </Confirm>
  );
}
