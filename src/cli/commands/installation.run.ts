import { type Config, parseConfig } from "../../config/config";
import { environment } from "../../config/environment";
import { readMigrations } from "../../db/migrations";
import { pendingMigrations } from "../../db/open";
import { closeApp, openApp } from "../../open-app";
import { type Call, CliError } from "../command";

export async function init({ out }: Call) {
  await closeApp(await openApp(parseConfig(environment)));
  out.data({ initialized: true }, ["The installation is ready. Start it with: bask"]);
}

export async function migrate({ options, out }: Call) {
  const config = parseConfig(environment);
  if (options.status) return out.table(await migrationStatus(config), ["migration", "applied"]);
  const pending = await pendingMigrations(config.database);
  const names = pending.map(({ source, name }) => `${source}/${name}`);
  if (!options.check && names.length > 0) await closeApp(await openApp(config));
  out.data({ pending: names, applied: !options.check }, names.length > 0 ? names : ["Nothing is missing."]);
  if (options.check && names.length > 0) throw new CliError(`The database lacks ${names.length} migrations.`);
}

async function migrationStatus({ database }: Config) {
  const pending = new Set((await pendingMigrations(database)).map(({ source, name }) => `${source}/${name}`));
  return readMigrations(database.dialect)
    .map(({ source, name }) => `${source}/${name}`)
    .map((migration) => ({ migration, applied: !pending.has(migration) }));
}
