import type { ReactNode } from "react";
import type { AdminBask } from "../../sdk/admin";
import { DialogForm, useForm } from "./form";

/** Asks before something is done that cannot be undone, and says what it does. */
export function Confirm({
  danger = true,
  run,
  done,
  ...dialog
}: {
  title: string;
  about: ReactNode;
  action: string;
  danger?: boolean;
  disabled?: boolean;
  act?: (bask: AdminBask) => unknown;
  run: () => Promise<unknown>;
  done: () => void | Promise<void>;
  onClose: () => void;
  children?: ReactNode;
}) {
  const form = useForm({}, run, done);
  return <DialogForm state={form} danger={danger} {...dialog} />;
}
