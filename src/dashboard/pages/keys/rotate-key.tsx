import { type ApiKey, type CreatedApiKey, useKeyUsage } from "../../data/keys";
import { useOrganization } from "../../data/organization";
import { exactTime, number } from "../../data/time";
import { text } from "../../text";
import { Choice, Choices } from "../../ui/field";
import { DialogForm, useAct } from "../../ui/form";
import { Time } from "../../ui/time";

const words = text.keys;

/** The shortest first: an object has names that are whole numbers before all others. */
const overlaps = Object.entries(words.overlaps).sort(([a], [b]) => Number(a) - Number(b));

/** Replaces a key: when does the old one end? */
export function RotateKey({
  of: key,
  done,
  onClose,
}: {
  of: ApiKey;
  done: (created: CreatedApiKey) => void;
  onClose: () => void;
}) {
  const { id } = useOrganization();
  const { data: usage } = useKeyUsage(key.id, "day");
  const form = useAct(
    { overlap: "1" },
    (bask, { overlap }) => bask.apiKeys.rotate(id, key.id, { overlap: Number(overlap) }),
    done,
  );
  const overlap = Number(form.values.overlap);
  const endsAt = new Date(Date.now() + overlap * 86_400_000).toISOString();
  return (
    <DialogForm
      title={words.rotateTitle(key.name)}
      about={words.rotateAbout}
      state={form}
      action={words.rotate}
      onClose={onClose}
    >
      <Choices label={words.overlap} error={form.errorOf("overlap")}>
        {overlaps.map(([days, label]) => (
          <Choice
            key={days}
            type="radio"
            name="overlap"
            label={label}
            checked={form.values.overlap === days}
            onChange={() => form.set({ overlap: days })}
          />
        ))}
      </Choices>
      <div className="callout" data-tone={key.lastUsedAt && overlap === 0 ? "warn" : undefined}>
        <p>{overlap === 0 ? words.endsNow : words.endsAt(exactTime(endsAt))}</p>
        <p>
          {words.lastUse}: <Time at={key.lastUsedAt} />{" "}
          {key.lastUsedAt && words.lastUsedFrom(key.lastUsedIp ?? "", key.lastUsedUserAgent ?? "")}
        </p>
        {usage && usage.total.ok > 0 && (
          <p>
            {words.revokeUsed(number(usage.total.ok))} {words.stillUsedBy}
          </p>
        )}
      </div>
    </DialogForm>
  );
}
