import type { Clock } from "./clock";
import type { BaskError } from "./error";
import type { TabMessage, Tabs } from "./tabs";
import type { SessionTokens, TokenStore } from "./token-store";

/** `unknown` until storage was read or, in cookie mode, until the first refresh. */
export type AuthStatus = "unknown" | "signed-in" | "signed-out";

/** What happened to the session of a client, in this tab or in another. */
export interface AuthChange {
  type: "signed-in" | "refreshed" | "signed-out";
  /** Why the server ended the session, where it did. */
  error?: BaskError | undefined;
}

/** What the server answers where it gives tokens. */
export interface TokenAnswer {
  accessToken: string;
  refreshToken?: string | undefined;
  expiresIn?: number | undefined;
}

export interface SessionOptions {
  clock: Clock;
  /** The refresh token is in a cookie. */
  cookie: boolean;
  store: TokenStore | undefined;
  tokens: SessionTokens | undefined;
  tabs: Tabs;
  /** Exchanges a refresh token, or the cookie. */
  exchange(refreshToken: string | undefined): Promise<TokenAnswer>;
}

export type Session = ReturnType<typeof openSession>;

/** Milliseconds before its end from which an access token is not used anymore. */
const margin = 5_000;

/** Milliseconds. */
const newsTimeout = 200;

/** Keeps the tokens of one user, and refreshes them, once for all who wait, in this tab and in others. */
export function openSession({ clock, cookie, store, tokens, tabs, exchange }: SessionOptions) {
  const listeners = new Set<(change: AuthChange) => void>();
  let current = tokens;
  let isKnown = !cookie || tokens !== undefined;
  /** Counts sign-ins and sign-outs, so that a refresh which was overtaken by one keeps nothing. */
  let epoch = 0;
  let renewing: Promise<void> | undefined;
  let loading: Promise<void> | undefined;

  if (tokens) void store?.write(tokens);
  else if (store) load(store);

  function load(from: TokenStore) {
    const read = from.read();
    if (!(read instanceof Promise)) {
      current = read;
      return;
    }
    isKnown = false;
    loading = read.then((loaded) => {
      if (!isKnown) adopt(loaded);
    });
  }

  function emit(change: AuthChange) {
    for (const listener of listeners) {
      try {
        listener(change);
      } catch (error) {
        // Reported like any error that is not caught; it does not keep others from being told.
        void Promise.reject(error);
      }
    }
  }

  /** Takes over what this or another tab found out, and tells what changed by it. */
  function adopt(next: SessionTokens | undefined, error?: BaskError) {
    const previous = current;
    const wasKnown = isKnown;
    current = next;
    isKnown = true;
    if (next?.accessToken === previous?.accessToken && wasKnown) return;
    if (!next) return emit({ type: "signed-out", error });
    const isSame = previous !== undefined && sessionId(previous) === sessionId(next);
    emit({ type: isSame ? "refreshed" : "signed-in" });
  }

  /** Takes what another tab stored meanwhile, unless that is older than what it said. */
  async function adoptStored() {
    const stored = await store?.read();
    if (store && (!stored || (stored.expiresAt ?? 0) >= (current?.expiresAt ?? 0))) adopt(stored);
  }

  const tell = (type: TabMessage["type"]) => tabs.tell({ type, ...(store && { tokens: current }) });

  const toTokens = ({ accessToken, refreshToken, expiresIn }: TokenAnswer): SessionTokens => ({
    accessToken,
    refreshToken: refreshToken ?? "",
    ...(expiresIn !== undefined && { expiresAt: clock.now() + expiresIn * 1_000 }),
  });

  async function keep(next: SessionTokens | undefined, error?: BaskError) {
    adopt(next, error);
    await store?.write(next);
  }

  /** What the tab before had to say arrives within this time, if it had anything to say. */
  const news = () =>
    new Promise<void>((resolve) => {
      const done = () => {
        listeners.delete(done);
        resolve();
      };
      listeners.add(done);
      clock.after(newsTimeout, done);
    });

  async function renewOnce(used: string | undefined, hadToWait: boolean) {
    const started = epoch;
    if (hadToWait && store && current?.accessToken === used) await news();
    await adoptStored();
    // Another tab was faster, or signed out.
    if (current?.accessToken !== used || (!current && !cookie)) return;
    const presented = current?.refreshToken || undefined;
    try {
      const answer = await exchange(presented);
      if (started !== epoch) return;
      await keep(toTokens(answer));
      if (store) tell("refreshed");
    } catch (error) {
      const { status, code } = error as BaskError;
      const isOver = status === 401 || code === "DEVICE_SIGNATURE_REQUIRED";
      if (!isOver || started !== epoch) throw error;
      const stored = await store?.read();
      // A tab without the lock was faster: its pair is the one that works.
      if (stored && stored.refreshToken !== presented) return adopt(stored);
      await keep(undefined, used === undefined ? undefined : (error as BaskError));
      if (used !== undefined) throw error;
    }
  }

  /**
   * Gets a new access token, unless there is another than `used` already.
   * @throws BaskError when the session has ended, which is told, or could not be refreshed
   */
  function renew(used: string | undefined): Promise<void> {
    renewing ??= tabs
      .exclusively((hadToWait) => renewOnce(used, hadToWait))
      .finally(() => {
        renewing = undefined;
      });
    return renewing;
  }

  return {
    renew,

    status: (): AuthStatus => (current ? "signed-in" : isKnown ? "signed-out" : "unknown"),

    tokens: (): SessionTokens | undefined => current,

    /** The access token for a call: one that has expired is refreshed first, also, if `surely`, one that may have. */
    async accessToken(surely = false): Promise<string | undefined> {
      await loading;
      const mayHaveExpired = current && (current.expiresAt ?? (surely ? 0 : Infinity)) - margin <= clock.now();
      if (mayHaveExpired || (cookie && !isKnown)) await renew(current?.accessToken);
      return current?.accessToken;
    },

    /** A user signed in. */
    async start(answer: TokenAnswer) {
      epoch++;
      await keep(toTokens(answer));
      tell("signed-in");
    },

    /** The user signed out. */
    async end() {
      epoch++;
      await keep(undefined);
      tell("signed-out");
    },

    /** Another tab did something to the session. */
    heard({ type, tokens: theirs }: TabMessage) {
      if (type !== "refreshed") epoch++;
      if (type === "signed-out" || theirs) return adopt(theirs);
      // In cookie mode the browser has the cookie of the other tab's session: the next call gets an access token for it.
      current = undefined;
      isKnown = false;
      emit({ type: "signed-in" });
    },

    onChange(listener: (change: AuthChange) => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The id of the session an access token is of. */
function sessionId({ accessToken }: SessionTokens): unknown {
  try {
    const payload = accessToken.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/");
    return (JSON.parse(atob(payload)) as { sid?: unknown }).sid;
  } catch {
    return undefined;
  }
}
