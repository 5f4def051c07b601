import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../../package.json";

const root = join(import.meta.dir, "../..");

/** A package in bun.lock: its name and version, where it is from, what it needs, and its checksum. */
type Locked = [id: string, from: string, needs: Needs, integrity: string];
interface Needs {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  optionalPeers?: string[];
}

/** Every package that the program needs to run, in CycloneDX 1.6 (ECMA-424): name, version, checksum and license. */
export function billOfMaterials() {
  const { packages } = readLock();
  const needed = new Map<string, Locked>();
  const add = (path: string, name: string) => {
    // A package that is needed in several versions stands below the one that needs it.
    const key = [`${path}/${name}`, name].find((candidate) => candidate in packages);
    if (key === undefined || needed.has(key)) return;
    const locked = packages[key]!;
    needed.set(key, locked);
    const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, optionalPeers = [] } = locked[2] ?? {};
    const peers = Object.keys(peerDependencies).filter((peer) => !optionalPeers.includes(peer));
    for (const next of [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers]) add(key, next);
  };
  for (const name of Object.keys(packageJson.dependencies)) add("", name);
  const { name, version } = packageJson;
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: { type: "application", "bom-ref": `${name}@${version}`, name, version } },
    components: [...new Map([...needed.values()].map((locked) => [locked[0], locked])).values()]
      .map(componentOf)
      .sort((a, b) => (a["bom-ref"] < b["bom-ref"] ? -1 : 1)),
  };
}

function componentOf([id, , , integrity]: Locked) {
  const at = id.lastIndexOf("@");
  const [name, version] = [id.slice(0, at), id.slice(at + 1)];
  const [algorithm, checksum] = /^(sha\d+)-(.+)$/.exec(integrity ?? "")?.slice(1) ?? [];
  const license = licenseOf(name);
  return {
    type: "library",
    "bom-ref": id,
    name,
    version,
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
    ...(checksum && {
      hashes: [{ alg: algorithm!.replace("sha", "SHA-"), content: Buffer.from(checksum, "base64").toString("hex") }],
    }),
    ...(license && { licenses: [{ expression: license }] }),
  };
}

/** As the package states it; undefined for one of another platform, which is not installed. */
function licenseOf(name: string): string | undefined {
  const file = join(root, "node_modules", name, "package.json");
  if (!existsSync(file)) return undefined;
  const { license } = JSON.parse(readFileSync(file, "utf8")) as { license?: unknown };
  return typeof license === "string" ? license : undefined;
}

/** bun.lock is JSON with commas after the last entries. */
function readLock(): { packages: Record<string, Locked> } {
  return JSON.parse(readFileSync(join(root, "bun.lock"), "utf8").replace(/,(\s*[}\]])/g, "$1"));
}
