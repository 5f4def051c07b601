import { hash } from "node:crypto";
import { type Actor, actorIdOf } from "../access/actor";
import type { Demand } from "../access/permissions";
import { permit } from "../access/permit";
import type { App } from "../app";
import type { Database, Writer } from "../db/database";
import type { OrganizationId } from "../ids";
import { Problem } from "../problems";
import {
  type Claim,
  claimIdempotencyKey,
  findIdempotencyKey,
  type IdempotencyRow,
  markDone,
  pruneIdempotencyKeys,
  releaseIdempotencyKey,
  releaseUnlessDone,
  storeResponse,
} from "./idempotency.sql";

/** Milliseconds for which a key gets the same response, and after which a claim that did nothing is given up. */
const retention = 24 * 3_600_000;
const claimTimeout = 60_000;

const printable = /^[\x21-\x7e]{1,255}$/;

/** A request and the key its sender gave it. */
export interface Asked {
  key: string;
  method: string;
  path: string;
  body: unknown;
}

export interface Once<Value> {
  response: Value;
  /** Whether it is the response of an earlier request. */
  replayed: boolean;
}

/** What is kept of an execution: its response, and what was permitted for it. */
interface Done<Value> {
  response: Value;
  permits: Permitted[];
}

type Permitted = [OrganizationId, Demand, resource?: string | undefined];

/** Executions in progress in this process. */
const inProgress = new WeakMap<Database, Map<string, Promise<unknown>>>();

/**
 * Executes a request once for each Idempotency-Key of an actor, and gives the same response to every repetition for 24 hours
 * (draft-ietf-httpapi-idempotency-key-header). A repetition that arrives meanwhile waits in this process, and is told to come back
 * in another one. A repetition by an actor who lost the permission since is refused. An error changes nothing and is not kept.
 * Each transaction of the execution notes in itself that it happened: a process that dies before it responds leaves nothing that
 * would happen twice, and one so slow that a repetition took its place changes nothing any more. After an internal error a repetition is
 * executed, unless something was committed.
 * @throws Problem VALIDATION_ERROR for a key that came with another request before, CONFLICT while another process works on it or
 * when its response is lost, and what `permit` throws
 */
export async function once<Value>(
  app: App,
  actor: Actor,
  asked: Asked,
  execute: (app: App) => Promise<Value>,
): Promise<Once<Value>> {
  if (!printable.test(asked.key)) {
    throw new Problem("BAD_REQUEST", { reason: "invalid_idempotency_key" });
  }
  const id = digest([actorIdOf(actor), asked.key]);
  const request = digest([asked.method, asked.path, asked.body]);
  const here = inProgress.get(app.db) ?? new Map<string, Promise<unknown>>();
  inProgress.set(app.db, here);

  while (here.has(id)) await here.get(id);
  const execution = claimAndExecute(app, actor, id, request, execute);
  const settled = execution.then(
    () => {},
    () => {},
  );
  here.set(id, settled);
  try {
    return await execution;
  } finally {
    here.delete(id);
  }
}

async function claimAndExecute<Value>(
  app: App,
  actor: Actor,
  id: string,
  request: string,
  execute: (app: App) => Promise<Value>,
): Promise<Once<Value>> {
  const claim = await app.db.write((tx) => {
    const ago = (milliseconds: number) => new Date(tx.now.getTime() - milliseconds);
    return claimIdempotencyKey(tx, { id, request, forgotten: ago(retention), abandoned: ago(claimTimeout) });
  });
  if (!claim) return replay<Value>(app, actor, request, await findIdempotencyKey(app.db.reader, id));

  const permits: Permitted[] = [];
  let response: Value;
  try {
    response = await execute(marking(app, claim, permits));
  } catch (error) {
    const release = error instanceof Problem ? releaseIdempotencyKey : releaseUnlessDone;
    await app.db
      .write((tx) => release(tx, claim))
      .catch((err) => app.log.warn({ err }, "an Idempotency-Key was not released; it is given up after a minute"));
    throw error;
  }
  const sealed = app.sealer.seal(JSON.stringify({ response, permits } satisfies Done<Value>), id);
  await app.db.write((tx) => storeResponse(tx, claim, sealed));
  return { response, replayed: false };
}

async function replay<Value>(
  app: App,
  actor: Actor,
  request: string,
  row: IdempotencyRow | undefined,
): Promise<Once<Value>> {
  if (row && row.request !== request) {
    throw new Problem("VALIDATION_ERROR", { reason: "idempotency_key_reused" });
  }
  if (!row?.sealedResponse) throw isGivenUp(app, row) ? responseUnreadable() : inProgressElsewhere();
  const { response, permits } = opened<Value>(app, row.sealedResponse, row.id);
  for (const permitted of permits) await permit(app, actor, ...permitted);
  return { response, replayed: true };
}

/** @throws Problem CONFLICT when the secret that sealed it is gone: it happened, and its response cannot be read any more */
function opened<Value>(app: App, sealed: string, id: string): Done<Value> {
  try {
    return JSON.parse(app.sealer.open(sealed, id));
  } catch (cause) {
    throw responseUnreadable(cause);
  }
}

/** Whether an execution that changed something did not respond in its time. One that changed nothing is taken over instead. */
const isGivenUp = (app: App, row: IdempotencyRow | undefined) =>
  row?.doneAt != null && row.claimedAt.getTime() <= app.clock.now() - claimTimeout;

const responseUnreadable = (cause?: unknown) => new Problem("CONFLICT", { reason: "response_unreadable", cause });

const inProgressElsewhere = () =>
  new Problem("CONFLICT", {
    reason: "request_in_progress",
    retryAfter: 1,
  });

/** The app, but each of its transactions also marks the claim as done, and fails once the claim is lost; what is permitted is noted. */
function marking(app: App, claim: Claim, permits: Permitted[]): App {
  const write = <T>(unit: (tx: Writer) => Promise<T>, locked?: string) =>
    app.db.write(async (tx) => {
      const value = await unit(tx);
      if (!(await markDone(tx, claim))) throw inProgressElsewhere();
      return value;
    }, locked);
  const onPermit = (...permitted: Permitted) => void permits.push(permitted);
  return { ...app, db: { ...app.db, write }, onPermit };
}

/** Removes keys whose response is not given any more. */
export const pruneIdempotency = (tx: Writer, max: number) =>
  pruneIdempotencyKeys(tx, new Date(tx.now.getTime() - retention), max);

const digest = (parts: unknown[]): string => hash("sha256", JSON.stringify(parts, sorted), "base64url");

/** For JSON.stringify: the names of objects in one order, for two objects with the same names and values are the same JSON. */
const sorted = (_: string, value: unknown) =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
