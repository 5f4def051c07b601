import type { ApiKeyVerification, Permission } from "../api";
import { type Bask, type ClientOptions, createClient } from "../client";
import { systemClock } from "../clock";

export interface ApiKeyVerifierOptions extends Pick<ClientOptions, "fetch" | "clock" | "timeout"> {
  url: string;
  /** A key of this service, with the scope `api-keys:verify`. */
  apiKey: string;
  /** Milliseconds for which an answer is used again, so that a key in steady use costs one request a second. 0 asks for every use. */
  maxAge?: number | undefined;
}

/** What a use of a key needs. */
export interface KeyUse {
  /** A permission that the key must have. */
  permission?: Permission | undefined;
  /** The organization the request is about; needed for personal access tokens that reach several. */
  organizationId?: string | undefined;
  /** The IP address it was sent from; needed for keys that may not be used from everywhere. */
  ip?: string | undefined;
  /** How much of its quotas it costs; 1 by default. */
  cost?: number | undefined;
}

export type ApiKeyVerifier = (key: string, use?: KeyUse) => Promise<ApiKeyVerification>;

interface Entry {
  answer: Promise<ApiKeyVerification>;
  askedAt: number;
  /** What was used since, and is not counted yet. */
  uncounted: number;
}

const maxEntries = 5_000;
/** The most that one verification can count. */
const maxCost = 1_000;

/**
 * Verifies keys that clients send to your service. A key that is revoked is refused `maxAge` after Bask refuses it, which is at most a second
 * after its revocation. Uses in between are taken from its quotas with the next question; where they reach what is left, Bask is asked at once. The usage history
 * counts questions.
 */
export function createApiKeyVerifier({ maxAge = 1_000, ...options }: ApiKeyVerifierOptions): ApiKeyVerifier {
  const { clock = systemClock } = options;
  const bask: Bask = createClient(options);
  const entries = new Map<string, Entry>();

  function ask(name: string, key: string, use: KeyUse, uncounted: number): Promise<ApiKeyVerification> {
    const cost = Math.min((use.cost ?? 1) + uncounted, maxCost);
    const answer = bask.apiKeys.verify({ ...use, key, cost });
    const entry = { answer, askedAt: clock.now(), uncounted: 0 };
    entries.delete(name);
    entries.set(name, entry);
    if (entries.size > maxEntries) entries.delete(entries.keys().next().value!);
    answer.catch(() => {
      if (entries.get(name) === entry) entries.delete(name);
    });
    return answer;
  }

  return async function verifyApiKey(key, use = {}) {
    const name = JSON.stringify([key, use.permission, use.ip, use.organizationId]);
    const entry = entries.get(name);
    if (!entry || clock.now() - entry.askedAt >= maxAge) return ask(name, key, use, entry?.uncounted ?? 0);
    const answer = await entry.answer;
    const cost = use.cost ?? 1;
    const isWithinQuota = (answer.rateLimit?.remaining ?? Infinity) >= entry.uncounted + cost;
    // Another use may have asked meanwhile.
    if (answer.valid && !isWithinQuota && entries.get(name) === entry) return ask(name, key, use, entry.uncounted);
    if (answer.valid) entry.uncounted += cost;
    return answer;
  };
}
