import { version } from "../../package.json";
import { notifyAdmins } from "../api-keys/notices";
import type { App } from "../app";
import { record } from "../audit/audit";
import { type EventRow, eventsAfter } from "../audit/audit.sql";
import type { Writer } from "../db/database";
import type { WhyWebhookDisabled } from "../db/tables";
import { OutboundFailed, OutboundRefused } from "../outbound/errors";
import { type AuditStreamRow, leaseStream, listDueStreams, updateLeased } from "./audit-streams.sql";

const second = 1_000;
const hour = 3_600 * second;

/** Streams that one process serves at once. */
const places = 8;
/** Events in one request at most. */
const batch = 500;
/** A receiver responds within this time, or the attempt failed. */
const timeout = 15 * second;
/** How long a turn goes on to the next request, and how long its stream belongs to this process. */
const turnLength = 10 * second;
const lease = 120 * second;
/** The wait after a failure, which doubles up to the longest. */
const firstWait = 5 * second;
const maxWait = hour;
/** After that long without a success the organization is told ... */
const warnAfter = 12 * hour;
/** ... and then the stream is disabled. */
const disableAfter = 5 * 24 * hour;

/** Sends audit logs beside the requests. */
export interface StreamSender {
  /** Begins to send what receivers have not accepted yet; with how many streams it began. */
  tick(): Promise<number>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
  /** Lets requests that are under way finish, but not for long: what they carry is sent again. */
  stop(): Promise<void>;
}

/** Milliseconds that requests under way are given when the process stops. */
const stopTimeout = 3 * second;

/**
 * Opens the sender of one process. A stream is leased by a conditional update, so that of all processes one sends it. Its position moves on when the
 * receiver has accepted what was sent, and never past that: what a lost response or a killed process leaves in doubt is sent again.
 */
export function openStreamSender(app: App): StreamSender {
  const underway = new Set<Promise<void>>();
  let isStopping = false;
  const idle = async () => {
    await Promise.all(underway);
  };
  return {
    async tick() {
      if (isStopping || underway.size >= places) return 0;
      let begun = 0;
      for (const due of await listDueStreams(app.db.reader, app.clock.date(), places - underway.size)) {
        const stream = await app.db.write((tx) => leaseStream(tx, due, new Date(tx.now.getTime() + lease)));
        if (!stream) continue;
        const turn: Promise<void> = takeTurn(app, stream, () => isStopping)
          .catch((err) =>
            app.log.error({ err, organizationId: stream.organizationId }, "streaming the audit log failed"),
          )
          .finally(() => underway.delete(turn));
        underway.add(turn);
        begun++;
      }
      return begun;
    },
    idle,
    async stop() {
      isStopping = true;
      await Promise.race([idle(), Bun.sleep(stopTimeout)]);
    },
  };
}

async function takeTurn(app: App, leased: AuditStreamRow, isStopping: () => boolean) {
  const end = app.clock.now() + turnLength;
  for (let stream: AuditStreamRow | undefined = leased; stream; ) {
    const { organizationId, position }: AuditStreamRow = stream;
    const events = await eventsAfter(app.db.reader, organizationId, position, batch);
    const last = events.at(-1);
    if (!last || isStopping() || app.clock.now() >= end) {
      await app.db.write((tx) => updateLeased(tx, leased, { dueAt: tx.now }));
      return;
    }
    const failure = await send(app, stream, events);
    if (failure !== undefined) {
      await app.db.write((tx) => noteFailure(tx, leased, failure));
      return;
    }
    const accepted = { position: last.seq, failingSince: null, lastFailure: null, warnedAt: null, failures: 0 };
    stream = await app.db.write((tx) => updateLeased(tx, leased, accepted));
  }
}

/**
 * An event as one line: its columns that hold something, with its hash. From the others, in the order of their names, and the hash of the event
 * before, that hash can be computed anew (`chainHash`).
 */
const lineOf = (event: EventRow) => {
  const filled = Object.entries(event).filter(([, value]) => value !== null);
  return `${JSON.stringify(Object.fromEntries(filled))}\n`;
};

/** Sends events; undefined when they were accepted, else why not. */
async function send(app: App, { url, sealedToken, organizationId }: AuditStreamRow, events: EventRow[]) {
  try {
    const { status } = await app.outbound.fetch({
      url,
      method: "POST",
      headers: {
        Authorization: `Bearer ${app.sealer.open(sealedToken, organizationId)}`,
        "Content-Type": "application/x-ndjson",
        "User-Agent": `Bask/${version}`,
      },
      body: events.map(lineOf).join(""),
      maxBytes: 0,
      whenLonger: "cut",
      timeout,
      caller: organizationId,
    });
    return status >= 200 && status < 300 ? undefined : String(status);
  } catch (error) {
    const isExpected = error instanceof OutboundRefused || error instanceof OutboundFailed;
    if (!isExpected) app.log.error({ err: error, organizationId }, "the audit log could not be streamed");
    return isExpected ? error.reason : "internal_error";
  }
}

async function noteFailure(tx: Writer, leased: AuditStreamRow, lastFailure: string) {
  const wait = Math.min(maxWait, firstWait * 2 ** Math.min(leased.failures, 20));
  const stream = await updateLeased(tx, leased, {
    lastFailure,
    failures: leased.failures + 1,
    failingSince: leased.failingSince ?? tx.now,
    dueAt: new Date(tx.now.getTime() + wait),
  });
  if (!stream) return;
  const failing = tx.now.getTime() - stream.failingSince!.getTime();
  if (lastFailure === "410") return disable(tx, stream, "gone");
  if (failing >= disableAfter) return disable(tx, stream, "failing");
  if (failing < warnAfter || stream.warnedAt) return;
  await updateLeased(tx, stream, { warnedAt: tx.now });
  const values = { host: new URL(stream.url).host, since: stream.failingSince! };
  await notifyAdmins(tx, stream.organizationId, { template: "audit-stream-failing", values });
}

async function disable(tx: Writer, stream: AuditStreamRow, because: WhyWebhookDisabled & ("gone" | "failing")) {
  const { organizationId, url } = stream;
  await updateLeased(tx, stream, { disabledAt: tx.now, disabledBecause: because });
  const event = { action: "audit_stream.disabled", chain: organizationId, target: organizationId } as const;
  await record(tx, { kind: "system" }, { ...event, details: { because } });
  await notifyAdmins(tx, organizationId, { template: "audit-stream-disabled", values: { host: new URL(url).host } });
}
