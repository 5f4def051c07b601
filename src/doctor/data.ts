import type { App } from "../app";
import { verifyChains } from "../audit/verify";
import { checkUp } from "../db/checkup";
import { outboxState } from "../mail/outbox.sql";
import { isPublic } from "../outbound/target";
import { latestSessionIps } from "../sessions/sessions.sql";
import { type Finding, failure, fine, warning } from "./finding";

/** Milliseconds that the clock of this machine may differ from the database's. */
const maxDeviation = 1_000;
/** Milliseconds that an email may be overdue. */
const maxDelay = 15 * 60_000;
/** Sign-ins that are looked at to find a proxy, and how many are enough. */
const signIns = 200;
const enough = 10;

export async function checkClock({ db }: App, now: () => number): Promise<Finding[]> {
  const sentAt = now();
  const shown = await db.now();
  if (shown === undefined) return [];
  const deviation = Math.round((sentAt + now()) / 2 - shown);
  return [
    Math.abs(deviation) <= maxDeviation
      ? fine("clock", "The clock of this machine agrees with the database's.")
      : failure(
          "clock",
          `The clock of this machine is ${Math.abs(deviation)} ms ${deviation > 0 ? "ahead of" : "behind"} the database's.`,
          "Processes go by the database's clock; a machine that differs much is not ready.",
          "timedatectl set-ntp true",
        ),
  ];
}

export async function checkDatabase({ config }: App): Promise<Finding[]> {
  const { damage, unsafe } = await checkUp(config.database);
  const findings = [
    ...damage.map((what) =>
      failure(
        "database",
        `The database is damaged: ${what}.`,
        "What it holds may be lost.",
        "bask backup restore FILE",
      ),
    ),
    ...unsafe.map((what) =>
      failure(
        "database",
        `The database is not safe: ${what}.`,
        "A crash of the machine can lose what was acknowledged.",
        "Correct this setting of the database",
      ),
    ),
  ];
  return findings.length > 0 ? findings : [fine("database", "The database is whole, and its settings are safe.")];
}

export async function checkAudit(app: App): Promise<Finding[]> {
  const breaks = await verifyChains(app);
  if (breaks.length === 0) return [fine("audit", "Every chain of the audit log is whole.")];
  return breaks
    .slice(0, 10)
    .map(({ chain, seq, reason }) =>
      failure(
        "audit",
        `The audit log of ${chain} is broken at event ${seq}: ${reason}.`,
        "Someone changed it, or the database lost something.",
        "bask audit verify",
      ),
    );
}

export async function checkOutbox({ db, clock }: App): Promise<Finding[]> {
  const { waiting, failed, oldestDueAt } = await outboxState(db.reader);
  const overdue = oldestDueAt ? clock.now() - oldestDueAt.getTime() : 0;
  const findings: Finding[] = [];
  if (failed > 0)
    findings.push(
      warning("emails", `${failed} emails were given up.`, "Their recipients wait for them.", "bask mail failed"),
    );
  if (overdue > maxDelay)
    findings.push(
      failure(
        "emails",
        `An email has been due for ${Math.round(overdue / 60_000)} minutes; ${waiting} wait.`,
        "No process sends emails, or the mail server refuses them.",
        "bask mail test EMAIL",
      ),
    );
  return findings.length > 0 ? findings : [fine("emails", `${waiting} emails wait, and none is late.`)];
}

/** Where all people seem to come from one private address, it is a proxy's. */
export async function checkProxies({ db, config }: App): Promise<Finding[]> {
  const ips = await latestSessionIps(db.reader, signIns);
  const [only, ...others] = [...new Set(ips)];
  if (only === undefined || others.length > 0 || ips.length < enough || isPublic(only))
    return [
      fine("proxies", ips.length < enough ? "There are too few sign-ins to tell." : "People have IPs of their own."),
    ];
  if (config.publicUrl.includes("://localhost")) return [];
  return [
    warning(
      "proxies",
      `The latest ${ips.length} sign-ins all came from ${only}.`,
      "That is a proxy: limits by network count all people together, and the log does not tell them apart.",
      `Set TRUSTED_PROXIES=${[...config.trustedProxies, only].join(",")}`,
    ),
  ];
}
