import type { ReactNode } from "react";
import { text } from "../text";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Failure } from "./failure";
import { useForm } from "./form";

/** Asks before something is done that cannot be undone, and says what it does. */
export function Confirm({
  title,
  about,
  action,
  danger = true,
  disabled = false,
  run,
  done,
  onClose,
  children,
}: {
  title: string;
  about: ReactNode;
  /** What the button says: the act itself, never "OK". */
  action: string;
  danger?: boolean;
  /** Until something was filled in. */
  disabled?: boolean;
  run: () => Promise<unknown>;
  done: () => void | Promise<void>;
  onClose: () => void;
  children?: ReactNode;
}) {
  const form = useForm([], run, done);
  return (
    <Dialog title={title} about={about} onClose={onClose}>
      {children}
      {form.failure !== undefined && <Failure error={form.failure} />}
      <div className="form-actions">
        <Button onClick={onClose}>{text.common.cancel}</Button>
        <Button
          kind={danger ? "danger" : "primary"}
          busy={form.busy}
          disabled={disabled}
          onClick={() => void form.submit()}
        >
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
