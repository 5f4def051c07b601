import type { App } from "../app";
import type { Config } from "../config/config";
import { ConfigError } from "../config/error";
import { readMigrations } from "../db/migrations";
import { pendingMigrations } from "../db/open";
import { closeApp, openExistingApp } from "../open-app";
import { startProblem } from "../start-problem";
import { checkAudit, checkClock, checkDatabase, checkOutbox, checkProxies } from "./data";
import { type Finding, type FindingCode, finding } from "./findings";
import { checkBackups, checkDisk, checkFiles, privateFiles } from "./machine";
import { checkMail } from "./mail";
import { checkPublicUrl } from "./public-url";

export interface Examination {
  /** @throws ConfigError */
  config(): Config;
  /** Milliseconds since 1970, as this machine has it. */
  now(): number;
  /** Leaves out what reads all of the data. */
  quick: boolean;
  /** Hears what is looked at. */
  onCheck?(check: string): void;
}

/**
 * Looks at everything that an installation depends on, changes nothing, and says what is wrong, why it matters and what to do. What cannot be
 * looked at because something else is wrong is left out.
 */
export async function examine({ config: read, now, quick, onCheck = () => {} }: Examination): Promise<Finding[]> {
  const findings: Finding[] = [];
  const check = async (name: string, look: () => Finding | Finding[] | Promise<Finding | Finding[]>) => {
    onCheck(name);
    findings.push(...[await look()].flat());
  };
  let config: Config;
  try {
    config = read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [finding("configuration_unusable", { problem: error.message })];
  }
  findings.push(finding("configuration_usable"));
  await check("files", () => checkFiles(privateFiles(config)));
  await check("disk", () => checkDisk(config));
  await check("mail", () => checkMail(config));
  await check("backups", () => checkBackups(config, now()));
  onCheck("schema");
  const unusable = await schemaProblem(config);
  if (unusable) return [...findings, unusable];
  findings.push(finding("schema_current"));
  let app: App;
  try {
    app = await openExistingApp(config);
  } catch (error) {
    return [...findings, explained("secret_other", error)];
  }
  try {
    findings.push(finding("secret_matches"));
    await check("clock", () => checkClock(app, now));
    await check("public-url", () => checkPublicUrl(app, now));
    await check("proxies", () => checkProxies(app));
    await check("emails", () => checkOutbox(app));
    if (!quick) await check("database", () => checkDatabase(app));
    if (!quick) await check("audit", () => checkAudit(app));
  } catch (error) {
    findings.push(explained("database_fails", error));
  } finally {
    await closeApp(app);
  }
  return findings;
}

async function schemaProblem({ database }: Config): Promise<Finding | undefined> {
  try {
    const pending = await pendingMigrations(database);
    const [first] = pending;
    if (!first) return undefined;
    return pending.length === readMigrations(database.dialect).length
      ? finding("schema_missing")
      : finding("schema_behind", { migrations: pending.length, first: first.name });
  } catch (error) {
    return explained("database_unusable", error);
  }
}

/** @throws what is a mistake of the program */
function explained(code: FindingCode, error: unknown): Finding {
  const problem = startProblem(error);
  if (problem === undefined) throw error;
  return finding(code, { problem });
}
