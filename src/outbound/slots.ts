/** How much work may be under way under one name: of all callers together, and of one of them. */
export interface SlotLimits {
  total: number;
  perCaller: number;
}

/**
 * Lets so much work be under way for each name; other work waits, as long as its signal lets it. Callers take turns: who has much waiting holds up
 * their own work only.
 */
export interface Slots {
  /** Resolves to what gives the slot back. Rejects when the signal aborts first. */
  take(name: string, caller: string, signal: AbortSignal): Promise<() => void>;
}

interface Line {
  underway: Map<string, number>;
  total: number;
  /** What waits, by caller. The caller whose turn is next stands first. */
  waiting: Map<string, (() => void)[]>;
}

export function openSlots({ total, perCaller }: SlotLimits): Slots {
  const lines = new Map<string, Line>();

  const hasRoom = (line: Line, caller: string) => line.total < total && (line.underway.get(caller) ?? 0) < perCaller;

  function begin(line: Line, caller: string) {
    line.total++;
    line.underway.set(caller, (line.underway.get(caller) ?? 0) + 1);
  }

  function end(name: string, line: Line, caller: string) {
    line.total--;
    const left = line.underway.get(caller)! - 1;
    if (left > 0) line.underway.set(caller, left);
    else line.underway.delete(caller);
    for (const [next, queue] of line.waiting) {
      if (!hasRoom(line, next)) continue;
      const start = queue.shift()!;
      // Behind all others from now on.
      line.waiting.delete(next);
      if (queue.length > 0) line.waiting.set(next, queue);
      start();
      break;
    }
    if (line.total === 0 && line.waiting.size === 0) lines.delete(name);
  }

  function wait(line: Line, caller: string, signal: AbortSignal): Promise<void> {
    const queue = line.waiting.get(caller) ?? [];
    line.waiting.set(caller, queue);
    return new Promise((resolve, reject) => {
      const start = () => {
        signal.removeEventListener("abort", abort);
        begin(line, caller);
        resolve();
      };
      const abort = () => {
        queue.splice(queue.indexOf(start), 1);
        if (queue.length === 0 && line.waiting.get(caller) === queue) line.waiting.delete(caller);
        reject(signal.reason);
      };
      if (signal.aborted) return abort();
      signal.addEventListener("abort", abort);
      queue.push(start);
    });
  }

  return {
    async take(name, caller, signal) {
      const line = lines.get(name) ?? { underway: new Map(), total: 0, waiting: new Map() };
      lines.set(name, line);
      if (hasRoom(line, caller)) begin(line, caller);
      else await wait(line, caller, signal);
      let isReleased = false;
      return () => {
        if (!isReleased) end(name, line, caller);
        isReleased = true;
      };
    },
  };
}
