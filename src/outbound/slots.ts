/** Lets so many pieces of work be under way for each name; others wait in turn, as long as their signal lets them. */
export interface Slots {
  /** Resolves to what gives the slot back. Rejects when the signal aborts first. */
  take(name: string, signal: AbortSignal): Promise<() => void>;
}

export function openSlots(max: number): Slots {
  const waiting = new Map<string, (() => void)[]>();
  const taken = new Map<string, number>();

  function release(name: string) {
    const next = waiting.get(name)?.shift();
    if (next) return next();
    const left = taken.get(name)! - 1;
    if (left === 0) {
      taken.delete(name);
      waiting.delete(name);
    } else taken.set(name, left);
  }

  return {
    async take(name, signal) {
      const underway = taken.get(name) ?? 0;
      if (underway < max) taken.set(name, underway + 1);
      else {
        const queue = waiting.get(name) ?? [];
        waiting.set(name, queue);
        await new Promise<void>((resolve, reject) => {
          const abort = () => {
            queue.splice(queue.indexOf(start), 1);
            reject(signal.reason);
          };
          const start = () => {
            signal.removeEventListener("abort", abort);
            resolve();
          };
          if (signal.aborted) return reject(signal.reason);
          signal.addEventListener("abort", abort);
          queue.push(start);
        });
      }
      let released = false;
      return () => {
        if (!released) release(name);
        released = true;
      };
    },
  };
}
