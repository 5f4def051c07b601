import { readFileSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../../package.json";

const root = join(import.meta.dir, "../..");

/** The whole of docs/licenses.md: the license of each package that Bask needs to run, as the package states it. */
export function licensesPage(): string {
  const rows = Object.entries(packageJson.dependencies).map(([name, version]) => {
    const { license } = JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8"));
    return `| ${name} | ${version} | ${license} |`;
  });
  return [
    "# Licenses",
    "",
    "What Bask needs to run, pinned in `package.json` and `bun.lock`. Written by `bun run docs`.",
    "",
    "| package | version | license |",
    "|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}
