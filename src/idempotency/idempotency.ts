import { hash } from "node:crypto";
import type { Actor } from "../access/actor";
import type { Permission } from "../access/permissions";
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
  storeAnswer,
} from "./idempotency.sql";

/** How long the same key gets the same answer, and after how long whoever took it and did nothing has given up. */
const retention = 24 * 3_600_000;
const claimTimeout = 60_000;

const printable = /^[\x21-\x7e]{1,255}$/;

/** What was asked: the key its sender gave it, and what they want. */
export interface Asked {
  key: string;
  method: string;
  path: string;
  body: unknown;
}

export interface Once<Answer> {
  answer: Answer;
  /** Whether it was given before. */
  replayed: boolean;
}

/** What is kept of an execution: its answer, and what was permitted for it. */
interface Done<Answer> {
  answer: Answer;
  permits: Permitted[];
}

type Permitted = [OrganizationId, Permission];

/** Executions of this process that are under way. */
const underway = new WeakMap<Database, Map<string, Promise<unknown>>>();

/**
 * Does what is asked once for each Idempotency-Key of an actor, and gives the same answer to every repetition for 24 hours
 * (draft-ietf-httpapi-idempotency-key-header). Repetitions that arrive meanwhile wait in this process and are told to come
 * back in others; a repetition by somebody who may not do it any more is refused. A refusal changes nothing and is not
 * remembered. What happened is noted in its own transaction, so that a process which dies before it answers leaves nothing
 * that would happen twice, and one that was so slow that a repetition took its place changes nothing any more.
 * @throws Problem VALIDATION_ERROR for a key that came with something else before, CONFLICT while another process works on it,
 * and what `permit` throws
 */
export async function once<Answer>(
  app: App,
  actor: Actor,
  asked: Asked,
  execute: (app: App) => Promise<Answer>,
): Promise<Once<Answer>> {
  if (!printable.test(asked.key)) {
    throw new Problem("BAD_REQUEST", { reason: "invalid_idempotency_key" });
  }
  const id = digest([actor.kind === "key" ? actor.keyId : actor.userId, asked.key]);
  const request = digest([asked.method, asked.path, asked.body]);
  const here = underway.get(app.db) ?? new Map<string, Promise<unknown>>();
  underway.set(app.db, here);

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

async function claimAndExecute<Answer>(
  app: App,
  actor: Actor,
  id: string,
  request: string,
  execute: (app: App) => Promise<Answer>,
): Promise<Once<Answer>> {
  const claim = await app.db.write((tx) => {
    const ago = (milliseconds: number) => new Date(tx.now.getTime() - milliseconds);
    return claimIdempotencyKey(tx, { id, request, forgotten: ago(retention), abandoned: ago(claimTimeout) });
  });
  if (!claim) return replay<Answer>(app, actor, request, await findIdempotencyKey(app.db.reader, id));

  const permits: Permitted[] = [];
  let answer: Answer;
  try {
    answer = await execute(marking(app, claim, permits));
  } catch (error) {
    if (error instanceof Problem) await app.db.write((tx) => releaseIdempotencyKey(tx, claim));
    throw error;
  }
  const sealed = app.sealer.seal(JSON.stringify({ answer, permits } satisfies Done<Answer>), id);
  await app.db.write((tx) => storeAnswer(tx, claim, sealed));
  return { answer, replayed: false };
}

async function replay<Answer>(
  app: App,
  actor: Actor,
  request: string,
  row: IdempotencyRow | undefined,
): Promise<Once<Answer>> {
  if (row && row.request !== request) {
    throw new Problem("VALIDATION_ERROR", { reason: "idempotency_key_reused" });
  }
  if (!row?.sealedAnswer) throw underwayElsewhere();
  const { answer, permits }: Done<Answer> = JSON.parse(app.sealer.open(row.sealedAnswer, row.id));
  for (const permitted of permits) await permit(app, actor, ...permitted);
  return { answer, replayed: true };
}

const underwayElsewhere = () =>
  new Problem("CONFLICT", {
    reason: "request_in_progress",
    retryAfter: 1,
  });

/**
 * The app, but each of its transactions also notes that what was asked for happened, and fails once the claim is lost; and
 * what is permitted is written down.
 */
function marking(app: App, claim: Claim, permits: Permitted[]): App {
  const write = <T>(unit: (tx: Writer) => Promise<T>) =>
    app.db.write(async (tx) => {
      const value = await unit(tx);
      if (!(await markDone(tx, claim))) throw underwayElsewhere();
      return value;
    });
  const onPermit = (...permitted: Permitted) => permits.push(permitted);
  return Object.create(app, { db: { value: { ...app.db, write } }, onPermit: { value: onPermit } });
}

/** Forgets keys that would not be answered any more. */
export const pruneIdempotency = (tx: Writer) => pruneIdempotencyKeys(tx, new Date(tx.now.getTime() - retention));

const digest = (parts: unknown[]): string => hash("sha256", JSON.stringify(parts), "base64url");
