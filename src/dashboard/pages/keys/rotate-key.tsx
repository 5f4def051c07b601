import { useState } from "react";
import { bask } from "../../data/client";
import { type ApiKey, type CreatedApiKey, keysChanged } from "../../data/keys";
import { useOrganization } from "../../data/organization";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Choice, Choices } from "../../ui/field";
import { Form, useForm } from "../../ui/form";

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
  const [overlap, setOverlap] = useState("1");
  const form = useForm(
    ["overlap"],
    () => bask.apiKeys.rotate(id, key.id, { overlap: Number(overlap) }),
    async (created) => {
      await keysChanged();
      done(created);
    },
  );
  return (
    <Dialog title={words.rotateTitle(key.name)} about={words.rotateAbout} onClose={onClose}>
      <Form
        state={form}
        actions={
          <>
            <Button onClick={onClose}>{text.common.cancel}</Button>
            <Button kind="primary" type="submit" busy={form.busy}>
              {words.rotate}
            </Button>
          </>
        }
      >
        <Choices label={words.overlap} error={form.errorOf("overlap")}>
          {Object.entries(words.overlaps).map(([days, label]) => (
            <Choice
              key={days}
              type="radio"
              name="overlap"
              label={label}
              checked={overlap === days}
              onChange={() => setOverlap(days)}
            />
          ))}
        </Choices>
      </Form>
    </Dialog>
  );
}
