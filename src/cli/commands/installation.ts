import { version } from "../../../package.json";
import { type Config, parseConfig } from "../../config/config";
import { environment } from "../../config/environment";
import { readMigrations } from "../../db/migrations";
import { pendingMigrations } from "../../db/open";
import { basePath } from "../../http/route";
import { closeApp, openApp } from "../../open-app";
import { openApiDocument } from "../../server/openapi/document";
import { routeGroups } from "../../server/routes";
import { CliError, type Command } from "../command";

/** Milliseconds that a server may take to say whether it is ready. */
const healthTimeout = 5_000;

async function migrationStatus({ database }: Config) {
  const pending = new Set((await pendingMigrations(database)).map(({ source, name }) => `${source}/${name}`));
  return readMigrations(database.dialect)
    .map(({ source, name }) => `${source}/${name}`)
    .map((migration) => ({ migration, applied: !pending.has(migration) }));
}

export const installationCommands: readonly Command[] = [
  {
    name: "serve",
    summary: "Serve, which is also what no command at all does",
    examples: ["serve"],
    async run() {
      const { serve } = await import("../../serve");
      await serve(parseConfig(environment));
      await new Promise(() => {}); // until a signal ends the process
    },
  },
  {
    name: "init",
    summary: "Create the installation that is configured here: its secret and its database",
    examples: ["init"],
    async run({ out }) {
      await closeApp(await openApp(parseConfig(environment)));
      out.data({ initialized: true }, ["The installation is ready. Start it with: bask"]);
    },
  },
  {
    name: "migrate",
    summary: "Apply the migrations that the database lacks",
    options: [
      ["--check", "apply nothing; exit code 1 when the database lacks any"],
      ["--status", "apply nothing; list every migration, and whether the database has it"],
    ],
    examples: ["migrate", "migrate --check", "migrate --status"],
    async run({ options, out }) {
      const config = parseConfig(environment);
      if (options.status) return out.table(await migrationStatus(config), ["migration", "applied"]);
      const pending = await pendingMigrations(config.database);
      const names = pending.map(({ source, name }) => `${source}/${name}`);
      if (!options.check && names.length > 0) await closeApp(await openApp(config));
      out.data({ pending: names, applied: !options.check }, names.length > 0 ? names : ["Nothing is missing."]);
      if (options.check && names.length > 0) throw new CliError(`The database lacks ${names.length} migrations.`);
    },
  },
  {
    name: "health",
    summary: "Ask the server on this machine whether it is ready; exit code 1 when it is not",
    examples: ["health"],
    async run({ out }) {
      const { host, port } = parseConfig(environment);
      const name = { "0.0.0.0": "127.0.0.1", "::": "[::1]" }[host] ?? (host.includes(":") ? `[${host}]` : host);
      const url = `http://${name}:${port}/ready`;
      const response = await fetch(url, { signal: AbortSignal.timeout(healthTimeout) }).catch((error) => {
        throw new CliError(`${url} does not answer: ${(error as Error).message}`);
      });
      if (!response.ok) throw new CliError(`${url} is ${response.status}: the server is not ready.`);
      out.data({ url, ready: true }, ["ready"]);
    },
  },
  {
    name: "openapi",
    summary: "Print the OpenAPI document",
    examples: ["openapi > openapi.json"],
    async run({ out }) {
      const { publicUrl, appName } = parseConfig(environment);
      const document = openApiDocument(routeGroups, publicUrl + basePath, appName);
      out.data(document, [JSON.stringify(document, null, 2)]);
    },
  },
  {
    name: "version",
    summary: "Print the version",
    examples: ["version"],
    async run({ out }) {
      out.data({ version, bun: Bun.version }, [version]);
    },
  },
];
