import { readFileSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../../package.json";

const root = join(import.meta.dir, "../..");

/** The licences of what Bask runs on, as each package states its own. */
export function licensesPage(): string {
  const rows = Object.entries(packageJson.dependencies).map(([name, version]) => {
    const { license } = JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8"));
    return `| ${name} | ${version} | ${license} |`;
  });
  return [
    "# Licences",
    "",
    "What Bask needs to run, pinned in `package.json` and `bun.lock`. Written by `bun run docs`.",
    "",
    "| package | version | licence |",
    "|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

/** Licences that ask for nothing but their text to be kept. */
export const permissive =
  /^(MIT|ISC|BlueOak-1\.0\.0|Apache-2\.0|BSD-[23]-Clause|0BSD|MIT-0|\(?MIT OR .*|\(?Apache-2\.0 OR .*)$/;
