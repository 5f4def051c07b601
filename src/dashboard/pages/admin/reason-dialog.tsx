import { adminChanged } from "../../data/admin";
import { text } from "../../text";
import { TextField } from "../../ui/field";
import { DialogForm, useForm } from "../../ui/form";
import { say } from "../../ui/toast";

const words = text.admin;

/** An act of an operator: it is done with a reason, which those concerned can read. */
export function ReasonDialog({
  run,
  done = () => say(words.done),
  onClose,
  ...dialog
}: {
  title: string;
  about: string;
  action: string;
  danger?: boolean;
  run: (input: { reason: string }) => Promise<unknown>;
  done?: () => void;
  onClose: () => void;
}) {
  const form = useForm({ reason: "" }, run, async () => {
    onClose();
    done();
    await adminChanged();
  });
  return (
    <DialogForm state={form} onClose={onClose} {...dialog}>
      <TextField
        label={words.reason}
        help={words.reasonHelp}
        autoComplete="off"
        maxLength={300}
        {...form.input("reason")}
      />
    </DialogForm>
  );
}
