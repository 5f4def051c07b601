import type { App } from "../app";
import { verifyChains } from "../audit/verify";
import { checkUp } from "../db/checkup";
import { outboxState } from "../mail/outbox.sql";
import { isPublic } from "../outbound/target";
import { latestSessionIps } from "../sessions/sessions.sql";
import { type Finding, finding } from "./findings";

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
  if (Math.abs(deviation) <= maxDeviation) return [finding("clock_agrees")];
  const milliseconds = Math.abs(deviation);
  return [finding(deviation > 0 ? "clock_ahead" : "clock_behind", { milliseconds })];
}

export async function checkDatabase({ config }: App): Promise<Finding[]> {
  const { damage, unsafe } = await checkUp(config.database);
  const findings = [
    ...damage.map((what) => finding("database_damaged", { damage: what })),
    ...unsafe.map((setting) => finding("database_unsafe", { setting })),
  ];
  return findings.length > 0 ? findings : [finding("database_whole")];
}

export async function checkAudit(app: App): Promise<Finding[]> {
  const breaks = await verifyChains(app);
  if (breaks.length === 0) return [finding("audit_whole")];
  return breaks.slice(0, 10).map(({ chain, seq, reason }) => finding("audit_broken", { chain, event: seq, reason }));
}

export async function checkOutbox({ db, clock }: App): Promise<Finding[]> {
  const { waiting, failed, oldestDueAt } = await outboxState(db.reader);
  const overdue = oldestDueAt ? clock.now() - oldestDueAt.getTime() : 0;
  const findings: Finding[] = [];
  if (failed > 0) findings.push(finding("emails_given_up", { failed }));
  if (overdue > maxDelay) findings.push(finding("emails_late", { minutes: Math.round(overdue / 60_000), waiting }));
  return findings.length > 0 ? findings : [finding("emails_on_time", { waiting })];
}

/** Where all people seem to come from one private address, it is a proxy's. */
export async function checkProxies({ db, config }: App): Promise<Finding[]> {
  const ips = await latestSessionIps(db.reader, signIns);
  const [only, ...others] = [...new Set(ips)];
  if (only === undefined || others.length > 0 || ips.length < enough || isPublic(only))
    return [finding(ips.length < enough ? "proxies_unknown" : "proxies_trusted")];
  if (config.publicUrl.includes("://localhost")) return [];
  const proxies = [...config.trustedProxies, only].join(",");
  return [finding("proxy_not_trusted", { signIns: ips.length, ip: only, proxies })];
}
