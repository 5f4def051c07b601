import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../../package.json";

const root = join(import.meta.dir, "../..");
const source = join(root, "src/sdk");

/** What can be imported of the package: the file of each entry, and the bytes it may have, minified and compressed with all that it needs. */
const entries = {
  bask: { file: "client", max: 6_144 },
  "bask/admin": { file: "admin", max: 1_000 },
  "bask/react": { file: "react", max: 10_000 },
  "bask/server": { file: "server", max: 9_000 },
} as const;

const files = Object.values(entries).map(({ file }) => join(source, `${file}.ts`));

const external = ["react"];

/**
 * Builds the package in a new folder, which then takes the place of the one before.
 * @returns the folder
 * @throws Error when a source does not compile
 */
export async function buildSdk(folder = join(root, "dist/sdk")): Promise<string> {
  mkdirSync(join(folder, ".."), { recursive: true });
  const fresh = mkdtempSync(`${folder}-`);
  // Not minified: who debugs a product reads it.
  const { outputs } = await Bun.build({ entrypoints: files, target: "browser", splitting: true, external });
  for (const output of outputs) await Bun.write(join(fresh, output.path), output);
  writeTypes(fresh);
  writeFileSync(join(fresh, "package.json"), `${JSON.stringify(manifest(), undefined, 2)}\n`);
  writeFileSync(join(fresh, "README.md"), readme);
  cpSync(join(root, "LICENSE"), join(fresh, "LICENSE"));
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
  return folder;
}

function manifest() {
  const { version, license } = packageJson;
  return {
    name: "bask",
    version,
    description: "The client of Bask: users and sign-in, organizations and roles, API keys for machines.",
    license,
    type: "module",
    sideEffects: false,
    exports: Object.fromEntries(
      Object.entries(entries).map(([name, { file }]) => [
        name.replace("bask", "."),
        { types: `./${file}.d.ts`, default: `./${file}.js` },
      ]),
    ),
    engines: { node: ">=20" },
    peerDependencies: { react: ">=18" },
    peerDependenciesMeta: { react: { optional: true } },
  };
}

const readme = `# bask

The client of Bask: typed, without dependencies, for browsers, Node 20, Bun and Deno.

\`\`\`ts
import { createClient } from "bask";

const bask = createClient({ url: "https://api.example.com", cookie: true });
await bask.auth.login({ email, password });
for await (const organization of bask.organizations.list()) console.log(organization.name);
\`\`\`

\`bask/admin\` adds what operators call, \`bask/react\` has hooks, \`bask/server\` verifies access tokens, API keys and webhooks, and continues sessions of pages that a server renders. The documentation is in \`docs/sdk.md\` of Bask.
`;

/** The declarations, with the extensions that Node's resolution of modules asks for. */
function writeTypes(folder: string) {
  const command = ["node_modules/.bin/tsc", "--ignoreConfig", ...files, "--rootDir", source, "--outDir", folder];
  const what = ["--declaration", "--emitDeclarationOnly", "--strict", "--skipLibCheck", "--types", ""];
  const how = ["--target", "es2022", "--module", "preserve", "--lib", "es2024,dom,dom.iterable"];
  const { success, stdout } = Bun.spawnSync([...command, ...what, ...how], { cwd: root });
  if (!success) throw new Error(`The types of the SDK do not compile:\n${stdout}`);
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".d.ts")) continue;
    const file = join(folder, name);
    writeFileSync(file, readFileSync(file, "utf8").replaceAll(/((?:from |import\()"\.\.?\/[^"]+)"/g, '$1.js"'));
  }
}

/** How large each entry is for those who import all of it, React left out. */
export async function sdkSizes(): Promise<{ entry: string; bytes: number; max: number }[]> {
  return Promise.all(
    Object.entries(entries).map(async ([entry, { file, max }]) => {
      const entrypoints = [join(source, `${file}.ts`)];
      const { outputs } = await Bun.build({ entrypoints, target: "browser", minify: true, external });
      const bytes = Bun.gzipSync(await outputs[0]!.arrayBuffer(), { level: 9 }).length;
      return { entry, bytes, max };
    }),
  );
}
