import type { Bask } from "../client";

/** What is known of a query. The same object until something changes. */
export interface QueryState<T> {
  data: T | undefined;
  /** What the latest attempt failed with; `data` is still that of the one before. */
  error: unknown;
  /** `more`: the next page of a list is being loaded. */
  activity: "idle" | "loading" | "more";
}

type Load = (current: unknown) => Promise<unknown>;

interface Entry {
  state: QueryState<unknown>;
  /** Loads all of it anew. */
  load: Load;
  listeners: Set<() => void>;
  /** Of the latest attempt; what an earlier one brings is dropped. */
  attempt: number;
  isStale: boolean;
}

const empty: QueryState<never> = { data: undefined, error: undefined, activity: "idle" };

/** How many queries are kept that no component shows. */
const maxUnused = 100;

export type Cache = ReturnType<typeof openCache>;

/** What components show of the API: each query loaded once for all of them, and again when something may have changed it. */
export function openCache(bask: Bask) {
  const entries = new Map<string, Entry>();

  function change(entry: Entry, state: Partial<QueryState<unknown>>) {
    entry.state = { ...entry.state, ...state };
    for (const listener of entry.listeners) listener();
  }

  async function run(entry: Entry, load: Load, activity: "loading" | "more") {
    const attempt = ++entry.attempt;
    entry.isStale = false;
    change(entry, { activity });
    try {
      const data = await load(entry.state.data);
      if (attempt === entry.attempt) change(entry, { data, error: undefined, activity: "idle" });
    } catch (error) {
      if (attempt === entry.attempt) change(entry, { error, activity: "idle" });
    }
  }

  const reload = (entry: Entry) => run(entry, entry.load, "loading");

  function dropUnused() {
    const unused = [...entries].filter(([, { listeners }]) => listeners.size === 0);
    for (const [key] of unused.slice(0, Math.max(0, unused.length - maxUnused))) entries.delete(key);
  }

  /** Forgets everything that was shown to another user, or to none. */
  function clear(andReload: boolean) {
    for (const [key, entry] of entries) {
      entry.attempt++;
      entry.isStale = true;
      if (entry.listeners.size === 0) {
        entries.delete(key);
        continue;
      }
      change(entry, empty);
      if (andReload) void reload(entry);
    }
  }

  return {
    bask,

    state: (key: string): QueryState<unknown> => entries.get(key)?.state ?? empty,

    /** Shows a query in a component: it is loaded now, unless it is there and nothing changed since. */
    subscribe(key: string, load: Load, listener: () => void): () => void {
      const entry = entries.get(key) ?? { state: empty, load, listeners: new Set(), attempt: 0, isStale: true };
      entries.set(key, entry);
      entry.load = load;
      entry.listeners.add(listener);
      if (entry.isStale) void reload(entry);
      return () => {
        entry.listeners.delete(listener);
        // What no one watches may change unseen: it is shown at once next time, and loaded again.
        if (entry.listeners.size === 0) entry.isStale = entry.state.activity === "idle";
        dropUnused();
      };
    },

    /** Loads a query again. */
    async refetch(key: string) {
      const entry = entries.get(key);
      if (entry) await reload(entry);
    },

    /** Loads more of a query, unless something of it is being loaded. */
    async loadMore(key: string, load: Load) {
      const entry = entries.get(key);
      if (entry?.state.activity === "idle") await run(entry, load, "more");
    },

    /** Loads again what is shown, and the rest when it is shown next. @param isConcerned by its key; by default everything */
    invalidate(isConcerned: (key: string) => boolean = () => true) {
      for (const [key, entry] of entries) {
        if (!isConcerned(key)) continue;
        entry.isStale = true;
        if (entry.listeners.size > 0) void reload(entry);
      }
    },

    /** Shows a change before the server confirmed it. @returns undoes it, unless something newer was loaded */
    patch(key: string, update: (data: unknown) => unknown): () => void {
      const entry = entries.get(key);
      if (!entry || entry.state.data === undefined) return () => {};
      const before = entry.state.data;
      const data = update(before);
      change(entry, { data });
      return () => {
        if (entry.state.data === data) change(entry, { data: before });
      };
    },

    /** Puts something in that was loaded elsewhere, such as on the server. */
    seed(key: string, data: unknown, load: Load) {
      if (entries.has(key)) return;
      entries.set(key, { state: { ...empty, data }, load, listeners: new Set(), attempt: 0, isStale: false });
    },

    /** Follows the session; what one user saw is never shown to another. */
    followSession: () => bask.onAuthChange(({ type }) => type !== "refreshed" && clear(type === "signed-in")),
  };
}
