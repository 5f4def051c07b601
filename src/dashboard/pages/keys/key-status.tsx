import type { ApiKey } from "../../data/keys";
import { text } from "../../text";
import { Badge, type Tone } from "../../ui/badge";

const words = text.keys;
const tones: Record<ApiKey["status"], Tone> = {
  active: "good",
  disabled: "warn",
  blocked: "danger",
  expired: "neutral",
  revoked: "neutral",
};

/** Why a key does not work, in a sentence; undefined for one that does. */
export function reasonOf({ blockedBecause, disabledBecause }: ApiKey): string | undefined {
  if (blockedBecause) return words.blockedBecause[blockedBecause];
  return disabledBecause ? words.disabledBecause[disabledBecause] : undefined;
}

export const KeyStatus = ({ of: key }: { of: ApiKey }) => (
  <span title={reasonOf(key)}>
    <Badge tone={tones[key.status]}>{words.statuses[key.status]}</Badge>
  </span>
);

/** The first scopes, and how many there are beyond them. */
export function ScopeSummary({ scopes }: { scopes: string[] }) {
  const [first, ...others] = scopes;
  return (
    <span className="row" title={scopes.join("\n")}>
      <code className="small">{first}</code>
      {others.length > 0 && <span className="muted small">+{others.length}</span>}
    </span>
  );
}
