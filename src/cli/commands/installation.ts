import { version } from "../../../package.json";
import type { Command } from "../command";

const work = () => import("./installation.run");

export const installationCommands: readonly Command[] = [
  {
    name: "serve",
    summary: "Serve, which is also what no command at all does",
    examples: ["serve"],
    run: async () => (await import("./serve.run")).serveUntilStopped(),
  },
  {
    name: "init",
    summary: "Create the installation that is configured here: its secret and its database",
    examples: ["init"],
    run: async (call) => (await work()).init(call),
  },
  {
    name: "migrate",
    summary: "Apply the migrations that the database lacks",
    options: [
      ["--check", "apply nothing; exit code 1 when the database lacks any"],
      ["--status", "apply nothing; list every migration, and whether the database has it"],
    ],
    examples: ["migrate", "migrate --check", "migrate --status"],
    run: async (call) => (await work()).migrate(call),
  },
  {
    name: "health",
    summary: "Ask the server on this machine whether it is ready; exit code 1 when it is not",
    examples: ["health"],
    run: async (call) => (await import("./health.run")).health(call),
  },
  {
    name: "openapi",
    summary: "Print the OpenAPI document",
    examples: ["openapi > openapi.json"],
    run: async (call) => (await import("./openapi.run")).openapi(call),
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
