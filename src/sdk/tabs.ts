import type { Clock } from "./clock";

/** What tabs of the same page tell each other. */
export type TabMessage = "signed-in" | "signed-out";

/** The connection to the other tabs of the page that share a session. */
export interface Tabs {
  /** Runs something while no other tab does. */
  exclusively<T>(run: () => Promise<T>): Promise<T>;
  tell(message: TabMessage): void;
  close(): void;
}

interface Locks {
  request<T>(name: string, options: { signal: unknown }, run: () => Promise<T>): Promise<T>;
}

/** Milliseconds to wait for a tab that holds the lock and may have died. Without it two tabs may refresh at once, which the server allows. */
const lockTimeout = 10_000;

/**
 * For a page in a browser. Servers hold many users' clients, which have nothing to tell each other.
 * @param name what the tabs share; undefined if nothing
 */
export function openTabs(name: string | undefined, clock: Clock, onMessage: (message: TabMessage) => void): Tabs {
  const isPage = name !== undefined && typeof document !== "undefined";
  const locks = isPage ? (globalThis.navigator as { locks?: Locks } | undefined)?.locks : undefined;
  const channel = isPage && typeof BroadcastChannel === "function" ? new BroadcastChannel(name) : undefined;
  if (channel) channel.onmessage = ({ data }: { data: TabMessage }) => onMessage(data);

  return {
    async exclusively(run) {
      if (!locks) return run();
      const waiting = new AbortController();
      const stop = clock.after(lockTimeout, () => waiting.abort());
      let granted = false;
      const guarded = () => {
        granted = true;
        stop();
        return run();
      };
      try {
        return await locks.request(name!, { signal: waiting.signal }, guarded);
      } catch (error) {
        if (granted || !waiting.signal.aborted) throw error;
        return run();
      }
    },
    tell: (message) => channel?.postMessage(message),
    close: () => channel?.close(),
  };
}
