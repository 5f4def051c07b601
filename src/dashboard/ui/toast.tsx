import { useSyncExternalStore } from "react";
import { text } from "../text";
import { IconButton } from "./button";
import { sentenceOf } from "./failure";

interface Toast {
  id: number;
  title: string;
}

let shown: readonly Toast[] = [];
let count = 0;
const listeners = new Set<() => void>();
const set = (next: readonly Toast[]) => {
  shown = next;
  for (const listener of listeners) listener();
};
const dismiss = (id: number) => set(shown.filter((toast) => toast.id !== id));

/** Says for five seconds that something was done. Failures are said where they happened, not here. */
export function say(title: string) {
  count += 1;
  const id = count;
  set([...shown, { id, title }]);
  setTimeout(() => dismiss(id), 5000);
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Where it is said; screen readers read it out. */
export function Toasts() {
  const toasts = useSyncExternalStore(subscribe, () => shown);
  return (
    <div className="toasts" role="status">
      {toasts.map(({ id, title }) => (
        <div key={id} className="toast">
          <p>{title}</p>
          <IconButton icon="x" label={text.common.dismiss} onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  );
}

/** Does something small at a click, and says that it was done, or why not. */
export async function attempt(act: () => Promise<unknown>, done: string, then: () => Promise<unknown>): Promise<void> {
  try {
    await act();
    say(done);
  } catch (error) {
    say(sentenceOf(error));
  }
  await then();
}
