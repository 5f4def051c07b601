import type { KeyValueStorage } from "./platform";

/** The tokens of a session. */
export interface SessionTokens {
  accessToken: string;
  /** Empty in cookie mode, where the browser keeps it. */
  refreshToken: string;
  /** When the access token expires, in milliseconds since 1970 by the clock of this device. */
  expiresAt?: number | undefined;
}

/** Where the tokens of a session are kept between visits. Where the storage fails, full or forbidden, they are kept as long as the page. */
export interface TokenStore {
  read(): SessionTokens | undefined | Promise<SessionTokens | undefined>;
  write(tokens: SessionTokens | undefined): Promise<void>;
}

export function openTokenStore(storage: KeyValueStorage, key: string): TokenStore {
  /** What was stored last, or would have been. */
  let latest: SessionTokens | undefined;
  let works = true;
  const read = (text: string | null) => {
    latest = parse(text);
    return latest;
  };
  return {
    read() {
      if (!works) return latest;
      try {
        const text = storage.getItem(key);
        return text instanceof Object ? text.then(read, () => latest) : read(text);
      } catch {
        return latest;
      }
    },
    async write(tokens) {
      latest = tokens;
      try {
        await (tokens ? storage.setItem(key, JSON.stringify(tokens)) : storage.removeItem(key));
        works = true;
      } catch {
        works = false;
      }
    },
  };
}

function parse(text: string | null): SessionTokens | undefined {
  try {
    const tokens = JSON.parse(text ?? "null") as SessionTokens | null;
    return typeof tokens?.accessToken === "string" ? tokens : undefined;
  } catch {
    return undefined;
  }
}
