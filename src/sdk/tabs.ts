import type { Clock } from "./clock";
import type { SessionTokens } from "./token-store";

/**
 * What tabs of the same page tell each other. Tokens are in it where they are in a storage that all of them read: what one tab wrote there, another
 * may read only a moment later. Those of cookie mode never leave their tab.
 */
export interface TabMessage {
  type: "signed-in" | "refreshed" | "signed-out";
  tokens?: SessionTokens | undefined;
}

/** The connection to the other tabs of the page that share a session. */
export interface Tabs {
  /** Runs something while no other tab does. @param run is told whether another tab did so until now */
  exclusively<T>(run: (hadToWait: boolean) => Promise<T>): Promise<T>;
  tell(message: TabMessage): void;
  close(): void;
}

interface Locks {
  request<T>(name: string, options: object, run: (lock: unknown) => Promise<T>): Promise<T>;
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

  /** Waits for the lock, and does without when that takes too long. */
  async function afterOthers<T>(held: Locks, run: () => Promise<T>): Promise<T> {
    const waiting = new AbortController();
    const stop = clock.after(lockTimeout, () => waiting.abort());
    let isGranted = false;
    try {
      return await held.request(name!, { signal: waiting.signal }, () => {
        isGranted = true;
        stop();
        return run();
      });
    } catch (error) {
      if (isGranted || !waiting.signal.aborted) throw error;
      return run();
    }
  }

  return {
    async exclusively<T>(run: (hadToWait: boolean) => Promise<T>) {
      if (!locks) return run(false);
      let isFree = true;
      const result = await locks.request(name!, { ifAvailable: true }, async (lock) => {
        isFree = lock !== null;
        return isFree ? run(false) : undefined;
      });
      return isFree ? (result as T) : afterOthers(locks, () => run(true));
    },
    tell: (message) => channel?.postMessage(message),
    close: () => channel?.close(),
  };
}
