import type { App } from "../app";
import type { Config } from "../config/config";
import { ConfigError } from "../config/error";
import { readMigrations } from "../db/migrations";
import { pendingMigrations } from "../db/open";
import { closeApp, openExistingApp } from "../open-app";
import { startProblem } from "../start-problem";
import { checkAudit, checkClock, checkDatabase, checkOutbox, checkProxies } from "./data";
import { type Finding, failure, fine } from "./finding";
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
    return [
      failure(
        "configuration",
        error.message,
        "Bask does not start.",
        "Correct the variable; see docs/configuration.md",
      ),
    ];
  }
  findings.push(fine("configuration", "Every variable can be used."));
  await check("files", () => checkFiles(privateFiles(config)));
  await check("disk", () => checkDisk(config));
  await check("mail", () => checkMail(config));
  await check("backups", () => checkBackups(config, now()));
  onCheck("schema");
  const unusable = await schemaProblem(config);
  if (unusable) return [...findings, unusable];
  findings.push(fine("schema", "The database has every migration."));
  let app: App;
  try {
    app = await openExistingApp(config);
  } catch (error) {
    return [...findings, explained("secret", error, "Set SECRET_KEY to the secret of this data")];
  }
  try {
    findings.push(fine("secret", "The secret is the one of this data."));
    await check("clock", () => checkClock(app, now));
    await check("public-url", () => checkPublicUrl(app, now));
    await check("proxies", () => checkProxies(app));
    await check("emails", () => checkOutbox(app));
    if (!quick) await check("database", () => checkDatabase(app));
    if (!quick) await check("audit", () => checkAudit(app));
  } catch (error) {
    findings.push(explained("database", error, "Look at the database"));
  } finally {
    await closeApp(app);
  }
  return findings;
}

async function schemaProblem({ database }: Config): Promise<Finding | undefined> {
  const why = "Bask does not start without its database.";
  try {
    const pending = await pendingMigrations(database);
    const [first] = pending;
    if (!first) return undefined;
    return pending.length === readMigrations(database.dialect).length
      ? failure("schema", "There is no database yet.", why, "bask init")
      : failure(
          "schema",
          `The database lacks ${pending.length} migrations, from ${first.name} on.`,
          why,
          "bask migrate",
        );
  } catch (error) {
    return explained("database", error, "Start the database, or correct DATABASE_URL");
  }
}

/** @throws what is a mistake of the program */
function explained(check: string, error: unknown, fix: string): Finding {
  const problem = startProblem(error);
  if (problem === undefined) throw error;
  return failure(check, problem, "Bask does not start.", fix);
}
