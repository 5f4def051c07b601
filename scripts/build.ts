#!/usr/bin/env bun
/**
 * Builds one executable for this machine's platform, with the migrations, the dashboard and the native parts inside: `bun run build`
 * writes dist/bask, `bun run build FILE` another file. It runs from an empty folder and needs neither Bun nor node_modules.
 * Native parts are those that are installed, so each platform's executable is built on that platform.
 */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Glob } from "bun";
import { buildDashboard } from "../src/server/dashboard-build";
import { parseArguments } from "./arguments";

const root = join(import.meta.dir, "..");
const { positionals } = parseArguments("bun run build [FILE]", { maxWords: 1 });
const outfile = positionals[0] ?? join(root, "dist/bask");

const dashboard = Object.keys((await buildDashboard()).files).flatMap((name) => [name, `${name}.br`, `${name}.gz`]);
const migrations = ["drizzle/{sqlite,postgres}/*.sql", "drizzle/extensions/{sqlite,postgres}/*.sql"];
const pages = ["docs/**/*.md", "src/dashboard/styles/tokens.css", "src/server/docs/docs.css"];
const files = [
  ...pages.flatMap((pattern) => [...new Glob(pattern).scanSync(root)].sort()),
  ...migrations.flatMap((pattern) => [...new Glob(pattern).scanSync(root)].sort()),
  ...["manifest.json", ...dashboard].map((name) => `dist/dashboard/${name}`),
];
const platform = `${process.platform}-${process.arch}`;

const built = await Bun.build({
  // The other ones are threads.
  entrypoints: ["main.ts", "db/sqlite-fold.thread.ts"].map((file) => join(root, "src", file)),
  compile: { outfile },
  minify: true,
  // A start then parses nothing: it takes half the time.
  bytecode: true,
  // What a start does not load stays on the disk: a start takes a seventh less, and an idle process 10 MB.
  splitting: true,
  format: "esm",
  sourcemap: "linked",
  plugins: [
    {
      name: "bask",
      setup(build) {
        build.onLoad({ filter: /src[/\\]embedded\.ts$/ }, () => ({ loader: "ts", contents: embeddedModule() }));
        // What imports it imports the polyfill before it, but the bundle runs scripts of the old kind after modules.
        build.onLoad({ filter: /tsyringe[/\\]dist[/\\]esm5[/\\]index\.js$/ }, async ({ path }) => ({
          loader: "js",
          contents: `import "reflect-metadata";\n${await Bun.file(path).text()}`,
        }));
        // The package chooses its native part when it runs, from a folder that is not there then.
        build.onResolve({ filter: /^better-sqlite3$/ }, () => ({
          path: require.resolve(`better-sqlite3/${platform}`, { paths: [root] }),
        }));
      },
    },
  ],
});
if (!built.success || !existsSync(outfile)) {
  for (const log of built.logs) console.error(log);
  process.exit(1);
}
// The maps by which stack traces name our lines are inside; these are copies.
for (const { kind, path } of built.outputs) if (kind === "sourcemap") rmSync(path);
console.log(
  `${outfile}: ${Math.round(Bun.file(outfile).size / 1024 ** 2)} MB for ${platform}, with ${files.length} files inside`,
);

/** What stands in the place of `src/embedded.ts`: each file, imported as a file. */
function embeddedModule(): string {
  const imports = files.map(
    (file, i) => `import f${i} from ${JSON.stringify(join(root, file))} with { type: "file" };`,
  );
  const entries = files.map((file, i) => `[${JSON.stringify(file.replaceAll("\\", "/"))}, f${i}]`);
  return `${imports.join("\n")}\nexport const embedded = new Map([${entries.join(", ")}]);\n`;
}
