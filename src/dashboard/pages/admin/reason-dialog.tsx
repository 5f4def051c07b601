import type { AdminBask } from "../../../sdk/admin";
import { text } from "../../text";
import { TextField } from "../../ui/field";
import { DialogForm, useAct } from "../../ui/form";
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
  run: (bask: AdminBask, input: { reason: string }) => Promise<unknown>;
  /** What follows, in place of a sentence. */
  done?(result: unknown): void;
  onClose: () => void;
}) {
  const form = useAct({ reason: "" }, run, (result) => {
    onClose();
    done(result);
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
