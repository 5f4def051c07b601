import type { ReactNode } from "react";
import type { AdminBask } from "../../sdk/admin";
import { DialogForm, useAct } from "./form";

/** Asks before something is done that cannot be undone, and says what it does. */
export function Confirm<Result>({
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
  run: (bask: AdminBask) => Promise<Result>;
  done: (result: Result) => void | Promise<void>;
  onClose: () => void;
  children?: ReactNode;
}) {
  const form = useAct({}, run, done);
  return <DialogForm state={form} danger={danger} {...dialog} />;
}
