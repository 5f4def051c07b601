import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Glob } from "bun";
import { embedded } from "../embedded";

const root = join(import.meta.dir, "../..");
const folder = join(root, "dist/dashboard");
const manifest = "manifest.json";

/** What was built of the dashboard, and from what. */
export interface DashboardFiles {
  /** Of the sources. */
  signature: string;
  /** Names of files in `folder`: the program, its styles, and the script that chooses the colors before anything is painted. */
  script: string;
  styles: string;
  theme: string;
  /** The files that a page may ask for, with their media type. Each exists as it is, and as `.br` and `.gz`. */
  files: Record<string, string>;
}

/** Where a file of the dashboard is: beside the source, or inside the executable. */
export const dashboardFile = (name: string): string =>
  embedded ? (embedded.get(`dist/dashboard/${name}`) ?? "") : join(folder, name);

/** What was built last; undefined when nothing was. */
export function builtDashboard(): DashboardFiles | undefined {
  const file = dashboardFile(manifest);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as DashboardFiles) : undefined;
}

/**
 * Builds the dashboard when its sources changed since the last time. Processes that start at once may all build it: they write the same.
 * @throws Error when a source does not compile or the folder cannot be written
 */
export async function buildDashboard(): Promise<DashboardFiles> {
  const before = builtDashboard();
  if (embedded && before) return before;
  const signature = signatureOfSources();
  if (before?.signature === signature) return before;

  const { outputs } = await Bun.build({
    entrypoints: [join(root, "src/dashboard/main.tsx"), join(root, "src/dashboard/theme.ts")],
    minify: true,
    splitting: true,
    target: "browser",
    naming: { entry: "[name]-[hash].[ext]", chunk: "[name]-[hash].[ext]", asset: "[name]-[hash].[ext]" },
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const { brotliCompressSync, constants, gzipSync } = await import("node:zlib");
  mkdirSync(folder, { recursive: true });
  const files: Record<string, string> = {};
  for (const output of outputs) {
    const name = basename(output.path);
    const bytes = Buffer.from(await output.arrayBuffer());
    files[name] = output.type;
    replace(dashboardFile(name), bytes);
    replace(
      dashboardFile(`${name}.br`),
      brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
    );
    replace(dashboardFile(`${name}.gz`), gzipSync(bytes));
  }
  const nameOf = (kind: "entry-point" | "asset", pattern: RegExp) =>
    basename(outputs.find((output) => output.kind === kind && pattern.test(basename(output.path)))!.path);
  const built = {
    signature,
    script: nameOf("entry-point", /^main-/),
    styles: nameOf("asset", /\.css$/),
    theme: nameOf("entry-point", /^theme-/),
    files,
  };
  replace(dashboardFile(manifest), Buffer.from(JSON.stringify(built, null, 2)));
  forget([built, before]);
  return built;
}

/** Deletes what neither this build nor the one before it needs, which a process that started earlier may still serve. */
function forget(needed: (DashboardFiles | undefined)[]) {
  const names = new Set(needed.flatMap((built) => Object.keys(built?.files ?? {})));
  for (const file of readdirSync(folder)) {
    if (file !== manifest && !names.has(file.replace(/\.(br|gz)$/, ""))) rmSync(dashboardFile(file), { force: true });
  }
}

/** Replaces a file in one step, so that no one reads half of it. */
function replace(file: string, bytes: Uint8Array) {
  const next = `${file}.${process.pid}`;
  writeFileSync(next, bytes);
  renameSync(next, file);
}

/** Names, sizes and times of all that the build reads; looking at them takes a few milliseconds, building a second. */
function signatureOfSources() {
  const hash = createHash("sha256").update(Bun.version);
  const sources = [...new Glob("src/{dashboard,sdk}/**/*").scanSync(root), "bun.lock", "src/server/dashboard-build.ts"];
  for (const file of sources.sort()) {
    const { size, mtimeMs } = statSync(join(root, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("base64url");
}
