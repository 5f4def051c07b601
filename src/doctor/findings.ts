import { warningSentences } from "../config/warnings";

/** What a check found. */
export interface Finding {
  check: string;
  /** Names what was found, whatever its sentences say: other languages go by it. */
  code: string;
  severity: "ok" | "warning" | "error";
  /** What is so. */
  what: string;
  /** Why it matters; absent where all is well. */
  why?: string;
  /** What to do: a command where there is one. */
  fix?: string;
  /** What its sentences name. */
  values: Record<string, string>;
}

type Entry = Pick<Finding, "check" | "severity" | "what" | "why" | "fix">;

const ok = (check: string, what: string): Entry => ({ check, severity: "ok", what });
const warning = (check: string, what: string, why: string, fix: string): Entry => ({
  check,
  severity: "warning",
  what,
  why,
  fix,
});
const error = (check: string, what: string, why: string, fix: string): Entry => ({
  check,
  severity: "error",
  what,
  why,
  fix,
});

const noStart = "Bask does not start.";
const noDatabase = "Bask does not start without its database.";
const byDatabaseClock = "Processes go by the database's clock; a machine that differs much is not ready.";
const fullDisk = "When the disk is full, every change is refused.";
const noEmails = "People cannot verify their email, reset passwords or hear of what happens to their accounts.";
const noBackup = "Without a backup, a lost disk or a mistake loses everything.";
const unverifiable = "Other services verify access tokens with the keys that they find there.";
const dependOnUrl = "Links in emails and session cookies depend on it.";
const setClock = "timedatectl set-ntp true";

/** Everything the doctor can find, by its code. In the sentences `{name}` is a value of the finding. */
export const findings = {
  configuration_usable: ok("configuration", "Every variable can be used."),
  configuration_unusable: error(
    "configuration",
    "{problem}",
    noStart,
    "Correct the variable; see docs/configuration.md",
  ),

  files_private: ok("files", "Files with secrets can be read by this user only."),
  file_open: warning(
    "files",
    "{file} can be read by other users of this machine.",
    "It holds secrets, or the data itself.",
    "chmod 600 {file}",
  ),

  disk_free: ok("disk", "{free} are free in {folder}."),
  disk_low: warning(
    "disk",
    "{free} are free in {folder}, less than a twentieth.",
    fullDisk,
    "Make room: df -h {folder}",
  ),
  disk_full: error("disk", "{free} are free in {folder}.", fullDisk, "Make room: df -h {folder}"),

  mail_kept: ok("mail", "SMTP_URL is not set: emails are kept in {mailbox}."),
  mail_not_sent: warning(
    "mail",
    "SMTP_URL is not set: emails are kept in {mailbox}.",
    noEmails,
    "Set SMTP_URL and MAIL_FROM",
  ),
  mail_accepted: ok("mail", "{server} accepts this installation."),
  mail_refused: error("mail", "{server} does not accept this installation: {reason}.", noEmails, "Correct SMTP_URL"),
  mail_sender: warning(
    "mail",
    "The sender of emails is {sender}.",
    "Most servers refuse such a sender.",
    "Set MAIL_FROM",
  ),

  backups_off: warning(
    "backups",
    "BACKUP_DIR is not set: Bask makes no backups here.",
    noBackup,
    "Set BACKUP_DIR=/backups",
  ),
  backups_none: error(
    "backups",
    "There is no backup in {folder} yet.",
    noBackup,
    "bask backup create {folder}/now.ndjson.gz",
  ),
  backups_unreadable: error(
    "backups",
    "{folder} cannot be read ({reason}).",
    noBackup,
    "Give the user of Bask the right to read and write {folder}",
  ),
  backups_old: error(
    "backups",
    "The latest backup is {age} old.",
    noBackup,
    'Look in the log for "backup". Then: bask backup create {folder}/now.ndjson.gz',
  ),
  backups_made: ok("backups", "The latest backup, {file}, is {age} old."),

  schema_current: ok("schema", "The database has every migration."),
  schema_missing: error("schema", "There is no database yet.", noDatabase, "bask init"),
  schema_behind: error(
    "schema",
    "The database lacks {migrations} migrations, from {first} on.",
    noDatabase,
    "bask migrate",
  ),

  secret_matches: ok("secret", "The secret is the one of this data."),
  secret_other: error("secret", "{problem}", noStart, "Set SECRET_KEY to the secret of this data"),

  clock_agrees: ok("clock", "The clock of this machine agrees with the database's."),
  clock_ahead: error(
    "clock",
    "The clock of this machine is {milliseconds} ms ahead of the database's.",
    byDatabaseClock,
    setClock,
  ),
  clock_behind: error(
    "clock",
    "The clock of this machine is {milliseconds} ms behind the database's.",
    byDatabaseClock,
    setClock,
  ),
  clock_other_than_url: error(
    "clock",
    "The clock of this machine and that of {url} differ by {seconds} seconds.",
    "Tokens, codes and limits go by time.",
    setClock,
  ),

  cookies_not_kept: warning("public-url", warningSentences.cookies_not_kept, dependOnUrl, "Set PUBLIC_URL"),
  links_unreachable: warning("public-url", warningSentences.links_unreachable, dependOnUrl, "Set PUBLIC_URL"),
  url_answers: ok("public-url", "{url} answers, with the keys of this installation."),
  url_silent: warning(
    "public-url",
    "{url} does not answer: {reason}.",
    "If the server runs, clients cannot reach it under its own URL.",
    "curl -i {url}/health",
  ),
  url_unhealthy: error(
    "public-url",
    "{url}/health is {status}.",
    "Something else is at this URL, or a proxy does not reach the server.",
    "curl -i {url}/health",
  ),
  keys_unreadable: error("well-knowns", "{url} cannot be read: {reason}.", unverifiable, "curl -i {url}"),
  keys_other: error(
    "well-knowns",
    "{url} has the keys of another installation.",
    unverifiable,
    "Correct PUBLIC_URL or SECRET_KEY",
  ),

  proxies_unknown: ok("proxies", "There are too few sign-ins to tell."),
  proxies_trusted: ok("proxies", "People have IPs of their own."),
  proxy_not_trusted: warning(
    "proxies",
    "The latest {signIns} sign-ins all came from {ip}.",
    "That is a proxy: limits by network count all people together, and the log does not tell them apart.",
    "Set TRUSTED_PROXIES={proxies}",
  ),

  emails_on_time: ok("emails", "{waiting} emails wait, and none is late."),
  emails_given_up: warning(
    "emails",
    "{failed} emails were given up.",
    "Their recipients wait for them.",
    "bask mail failed",
  ),
  emails_late: error(
    "emails",
    "An email has been due for {minutes} minutes; {waiting} wait.",
    "No process sends emails, or the mail server refuses them.",
    "bask mail test EMAIL",
  ),

  database_whole: ok("database", "The database is whole, and its settings are safe."),
  database_damaged: error(
    "database",
    "The database is damaged: {damage}.",
    "What it holds may be lost.",
    "bask backup restore FILE",
  ),
  database_unsafe: error(
    "database",
    "The database is not safe: {setting}.",
    "A crash of the machine can lose what was acknowledged.",
    "Correct this setting of the database",
  ),
  database_unusable: error("database", "{problem}", noStart, "Start the database, or correct DATABASE_URL"),
  database_fails: error("database", "{problem}", noStart, "Look at the database"),

  audit_whole: ok("audit", "Every chain of the audit log is whole."),
  audit_broken: error(
    "audit",
    "The audit log of {chain} is broken at event {event}: {reason}.",
    "Someone changed it, or the database lost something.",
    "bask audit verify",
  ),
} satisfies Record<string, Entry>;

export type FindingCode = keyof typeof findings;

/** Something that was found, with what its sentences name. */
export function finding(code: FindingCode, named: Record<string, string | number> = {}): Finding {
  const { check, severity, what, why, fix }: Entry = findings[code];
  const values = Object.fromEntries(Object.entries(named).map(([name, value]) => [name, String(value)]));
  const fill = (sentence: string) => sentence.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
  return {
    check,
    code,
    severity,
    what: fill(what),
    ...(why !== undefined && { why: fill(why) }),
    ...(fix !== undefined && { fix: fill(fix) }),
    values,
  };
}
