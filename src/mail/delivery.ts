import type { App } from "../app";
import { claimEmails, isEmailDue, type OutboxRow, settleEmail } from "./outbox.sql";

/** Letters that are sent side by side. */
const batch = 20;
/** How long a letter belongs to the process that took it; who dies with it loses it to another after that. */
const lease = 5 * 60_000;
/** The waits between attempts double from here ... */
const firstWait = 15_000;
/** ... to here, and end, after about two days, with the letter given up. */
const maxWait = 4 * 3_600_000;
const maxAttempts = 20;

/**
 * Sends the letters that are due, at most a batch of them; each is taken by a conditional update, so that of all processes
 * one sends it. What fails is tried again later; what the receiver refuses for good, or fails too often, is dead.
 * @returns how many were tried
 */
export async function deliverEmails(app: App): Promise<number> {
  if (!(await isEmailDue(app.db.reader, app.clock.date()))) return 0;
  const taken = await app.db.write((tx) => claimEmails(tx, batch, new Date(tx.now.getTime() + lease)));
  await Promise.all(taken.map((row) => deliver(app, row)));
  return taken.length;
}

async function deliver(app: App, row: OutboxRow) {
  try {
    await app.mailer.send(app.renderEmail(row));
  } catch (error) {
    const failure = failureOf(error);
    const dead = failure.final || row.attempts >= maxAttempts;
    app.log[dead ? "error" : "warn"](
      { template: row.template, emailId: row.id, attempts: row.attempts, failure: failure.name },
      dead ? "a letter was given up" : "a letter could not be sent; it will be tried again",
    );
    const wait = Math.min(firstWait * 2 ** (row.attempts - 1), maxWait);
    return app.db.write((tx) =>
      settleEmail(tx, row, {
        failure: failure.name,
        ...(dead ? { state: "failed" } : { dueAt: new Date(tx.now.getTime() + wait) }),
      }),
    );
  }
  await app.db.write((tx) => settleEmail(tx, row, { state: "sent", failure: null }));
}

/** What may be said of a failure: its codes. A server's own words could repeat the letter. */
function failureOf(error: unknown): { name: string; final: boolean } {
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  const name = [code, responseCode].filter(Boolean).join(" ") || "unknown";
  return { name, final: (responseCode ?? 0) >= 500 && code !== "EAUTH" };
}
