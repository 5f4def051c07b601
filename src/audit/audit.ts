import { createHash } from "node:crypto";
import { type Actor, actorIdOf, type Origin } from "../access/actor";
import type { Writer } from "../db/database";
import { newId, type OrganizationId, type UserId } from "../ids";
import type { AuditAction } from "./actions.contract";
import { appendEvent, type EventRow, eventHash, nextInChain } from "./audit.sql";

/** Who did it, as far as is known: an actor, a user who is not signed in yet, an operator, whose IP and user agent are not recorded, or Bask itself. */
export type AuditActor = Actor | { kind: "user" | "operator"; userId: UserId; origin: Origin } | { kind: "system" };

export interface AuditEvent {
  action: AuditAction;
  /** Whose log this belongs to: an organization's, a person's own, or that of the installation, which only its operators read. */
  chain: OrganizationId | UserId | "installation";
  target?: string;
  /** What changed; never a secret. */
  details?: Record<string, unknown>;
}

/** An event as it stands in the log. */
export type RecordedEvent = Readonly<Omit<EventRow, "action" | "hash">> & { readonly action: AuditAction };

/** What follows from an event, in the transaction that records it. */
export type EventListener = (tx: Writer, event: RecordedEvent) => Promise<void>;

let listener: EventListener | undefined;

/** Has every event told to a listener: the product's, of which a program has at most one. */
export function listenToEvents(listen: EventListener | undefined) {
  listener = listen;
}

/**
 * Writes an event in the transaction of its change, chained by SHA-256 to the one before it in the same log:
 * there is no change without its event and no event without its change.
 */
export async function record(tx: Writer, auditActor: AuditActor, { chain, ...event }: AuditEvent) {
  await recordAll(tx, auditActor, chain, [event]);
}

/** As `record`, for several events of one log. */
export async function recordAll(
  tx: Writer,
  auditActor: AuditActor,
  chain: AuditEvent["chain"],
  events: readonly Omit<AuditEvent, "chain">[],
) {
  if (events.length === 0) return;
  let seq = await nextInChain(tx, chain, events.length);
  let previous = await eventHash(tx, chain, seq - 1);
  const origin = auditActor.kind === "system" ? undefined : auditActor.origin;
  const place = auditActor.kind === "operator" ? undefined : origin;
  for (const { action, target, details = {} } of events) {
    const event: RecordedEvent = {
      id: newId("evt", tx.now.getTime()),
      chain,
      seq: seq++,
      at: tx.now,
      action,
      actorType: auditActor.kind,
      actorId: idOf(auditActor),
      targetId: target ?? null,
      ip: place?.ip ?? null,
      userAgent: place?.userAgent ?? null,
      requestId: origin?.requestId ?? null,
      traceparent: origin?.traceparent ?? null,
      details,
    };
    const hash = chainHash(previous, event);
    await appendEvent(tx, { ...event, hash });
    await listener?.(tx, event);
    previous = hash;
  }
}

function idOf(auditActor: AuditActor): string | null {
  if (auditActor.kind === "system") return null;
  return "userId" in auditActor ? auditActor.userId : actorIdOf(auditActor);
}

/**
 * SHA-256 over the hash before and every column that holds something, in the order of their names: the same on both
 * databases, and still the same when later versions add columns.
 */
export function chainHash(previous: string | undefined, event: Record<string, unknown>): string {
  const columns = Object.keys(event)
    .filter((name) => name !== "hash" && event[name] !== null)
    .sort()
    .map((name) => [name, event[name]]);
  return createHash("sha256")
    .update(JSON.stringify([previous ?? null, columns]))
    .digest("base64url");
}
