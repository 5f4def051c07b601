import { lruMap } from "../cache/lru";
import type { Clock } from "../clock";
import type { Config } from "../config/config";
import type { GuardedFetch } from "../outbound/guarded-fetch";
import { Problem } from "../problems";
import { ClientDocument } from "./clients.contract";
import { type ClientRow, plainClient } from "./clients.sql";

/** Bytes that a document may have. */
const maxBytes = 5 * 1024;
const timeout = 5_000;
const minute = 60_000;
/** How long a document is cached, whatever it says itself, at least and at most; and that there was none. Milliseconds. */
const minAge = 5 * minute;
const maxAge = 24 * 60 * minute;
const failureAge = minute;
const maxDocuments = 1_000;

/** Apps that describe themselves by a document at their client_id (draft-ietf-oauth-client-id-metadata-document). */
export interface ClientDocuments {
  /** Whether a client_id is the URL of such a document, and its host is allowed. */
  isAllowed(id: string): boolean;
  /** Whether the operator has named the host of a client_id, where not every host is allowed. */
  isNamed(id: string): boolean;
  /** The client that a document describes. @throws Problem INVALID_CLIENT */
  read(id: string): Promise<ClientRow>;
}

type Cached = { until: number } & ({ client: ClientRow } | { problem: Problem });

export function openClientDocuments(
  fetch: GuardedFetch,
  clock: Clock,
  { oauthClientDocuments }: Config,
): ClientDocuments {
  const cached = lruMap<Cached>(maxDocuments);
  const reading = new Map<string, Promise<Cached>>();

  async function request(id: string): Promise<Cached> {
    try {
      const { status, headers, body } = await fetch({
        url: id,
        headers: { Accept: "application/json" },
        maxBytes,
        whenLonger: "fail",
        timeout,
        caller: "client-documents",
      });
      if (status !== 200)
        throw new Problem("INVALID_CLIENT", { reason: "document_unavailable", cause: `it answered ${status}` });
      const age = /max-age=(\d{1,9})/.exec(headers["cache-control"] ?? "")?.[1];
      const until = clock.now() + Math.min(maxAge, Math.max(minAge, Number(age ?? 0) * 1000));
      return { client: clientOf(id, body, clock.date()), until };
    } catch (cause) {
      const problem =
        cause instanceof Problem ? cause : new Problem("INVALID_CLIENT", { reason: "document_unavailable", cause });
      return { problem, until: clock.now() + failureAge };
    }
  }

  const isNamed = (id: string) => oauthClientDocuments.includes(documentHost(id) ?? "");
  const isAllowed = (id: string) =>
    isNamed(id) || (oauthClientDocuments.includes("any") && documentHost(id) !== undefined);

  return {
    isAllowed,
    isNamed,
    async read(id) {
      if (!isAllowed(id)) throw new Problem("INVALID_CLIENT", { reason: "document_not_allowed" });
      let found = cached.get(id);
      if (!found || found.until <= clock.now()) {
        // Those who ask meanwhile wait for the same answer.
        const answer = reading.get(id) ?? request(id).finally(() => reading.delete(id));
        reading.set(id, answer);
        found = await answer;
        cached.set(id, found);
      }
      if ("problem" in found) throw found.problem;
      return found.client;
    },
  };
}

/** The host of a client_id that is the URL of a document: https, with a path, and without what a reader could take for something else. */
export function documentHost(id: string): string | undefined {
  if (id.length > 300 || !/^https:\/\/[a-z\d.:-]+\/[\w./~%?=&+-]+$/.test(id)) return undefined;
  const url = URL.parse(id);
  return url?.href === id && !/\/\.{1,2}(\/|$)/.test(id) ? url.hostname : undefined;
}

/** @throws Problem INVALID_CLIENT */
function clientOf(id: string, body: Uint8Array, createdAt: Date): ClientRow {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    throw new Problem("INVALID_CLIENT", { reason: "document_invalid", cause });
  }
  const { data, error } = ClientDocument.safeParse(json);
  if (!data || data.client_id !== id) {
    throw new Problem("INVALID_CLIENT", {
      reason: "document_invalid",
      cause: error?.message ?? "it names another client_id",
    });
  }
  return {
    ...plainClient,
    id,
    kind: "document",
    name: data.client_name ?? new URL(id).host,
    uri: data.client_uri ?? null,
    redirectUris: data.redirect_uris,
    grantTypes: data.grant_types,
    createdAt,
  };
}
