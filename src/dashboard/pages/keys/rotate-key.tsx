import { bask } from "../../data/client";
import { type ApiKey, type CreatedApiKey, keysChanged } from "../../data/keys";
import { useOrganization } from "../../data/organization";
import { text } from "../../text";
import { Choice, Choices } from "../../ui/field";
import { DialogForm, useForm } from "../../ui/form";

const words = text.keys;

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
  const form = useForm(
    { overlap: "1" },
    ({ overlap }) => bask.apiKeys.rotate(id, key.id, { overlap: Number(overlap) }),
    async (created) => {
      await keysChanged();
      done(created);
    },
  );
  return (
    <DialogForm
      title={words.rotateTitle(key.name)}
      about={words.rotateAbout}
      state={form}
      action={words.rotate}
      onClose={onClose}
    >
      <Choices label={words.overlap} error={form.errorOf("overlap")}>
        {Object.entries(words.overlaps).map(([days, label]) => (
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
    </DialogForm>
  );
}
