import { useEffect, useState, useSyncExternalStore } from "react";
import { afterConflict } from "../data/changes";
import { bask } from "../data/client";
import type { Act } from "../data/copy-as";
import { text } from "../text";
import { IconButton } from "./button";
import { CopyAs } from "./copy-as";
import { Failure } from "./failure";

interface Toast {
  id: number;
  title?: string;
  /** Why it was not done. */
  failure?: unknown;
  /** What was done, to be copied. */
  act?: Act;
}

let shown: readonly Toast[] = [];
let count = 0;
const listeners = new Set<() => void>();
const set = (next: readonly Toast[]) => {
  shown = next;
  for (const listener of listeners) listener();
};
const dismiss = (id: number) => set(shown.filter((toast) => toast.id !== id));

function show(toast: Omit<Toast, "id">) {
  count += 1;
  set([...shown, { ...toast, id: count }]);
}

/** Says for a few seconds that something was done. Failures are said where they happened, not here. */
export const say = (title: string) => show({ title });

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Where it is said; screen readers read it out. */
export function Toasts() {
  const toasts = useSyncExternalStore(subscribe, () => shown);
  return (
    <div className="toasts" role="status">
      {toasts.map((toast) => (
        <Said key={toast.id} of={toast} />
      ))}
    </div>
  );
}

/** A sentence goes by itself, unless someone reads it with the pointer or the focus on it; a failure stays. */
function Said({ of: { id, title, failure, act } }: { of: Toast }) {
  const [isRead, read] = useState(false);
  const stays = isRead || failure !== undefined;
  useEffect(() => {
    if (stays) return;
    const end = setTimeout(() => dismiss(id), act ? 8_000 : 5_000);
    return () => clearTimeout(end);
  }, [stays, id, act]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: nothing is done by it, it only stays
    <div
      className="toast"
      onPointerEnter={() => read(true)}
      onPointerLeave={() => read(false)}
      onFocus={() => read(true)}
      onBlur={() => read(false)}
    >
      <div className="stack">
        {failure === undefined ? <p>{title}</p> : <Failure error={failure} />}
        {act && <CopyAs act={act} />}
      </div>
      <IconButton icon="x" label={text.common.dismiss} onClick={() => dismiss(id)} />
    </div>
  );
}

/** Does something small at a click, and says that it was done, or why not. */
export async function attempt(act: Act, done: string): Promise<void> {
  try {
    await act(bask);
    show({ title: done, act });
  } catch (failure) {
    await afterConflict(failure);
    show({ failure });
  }
}
