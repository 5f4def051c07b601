import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { validate } from "dockerfile-utils";
import packageJson from "../../package.json";
import { billOfMaterials } from "../../scripts/docs/sbom";
import { commands } from "../../src/cli/commands";
import { variables } from "../../src/config/variables";

const root = join(import.meta.dir, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const names = commands.map(({ name }) => name);
/** Names that are set, and that Bask does not read. */
const unknown = (set: Iterable<string>) => [...set].filter((name) => !Object.hasOwn(variables, name));

describe("the Dockerfile", () => {
  const text = read("Dockerfile");
  const instructions = (name: string) =>
    [...text.matchAll(new RegExp(`^${name} (.*)$`, "gm"))].map(([, rest]) => rest!);

  test("has no fault that its linter knows", () => {
    expect(validate(text).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([]);
  });

  test("builds with the Bun of this project, and runs as a user that is not root", () => {
    expect(instructions("FROM")[0]).toBe(`oven/bun:${packageJson.devDependencies["bun-types"]}-debian AS build`);
    expect(instructions("USER").at(-1)).toMatch(/^[1-9]\d+$/);
    expect(text.indexOf("\nUSER")).toBeLessThan(text.indexOf("\nENTRYPOINT"));
    expect(instructions("ARG")).toEqual([`VERSION=${packageJson.version}`]);
    expect(instructions("VOLUME")).toEqual(["/data"]);
  });

  test("runs scripts and commands that exist, with variables that are read", () => {
    for (const [, script] of text.matchAll(/bun run (\w+)/g))
      expect(Object.keys(packageJson.scripts)).toContain(script!);
    const [check] = /HEALTHCHECK.*CMD (\[.*\])/.exec(text)!.slice(1);
    expect(JSON.parse(check!)).toEqual(["bask", "health"]);
    expect(
      unknown(instructions("ENV").flatMap((line) => [...line.matchAll(/(\w+)=/g)].map(([, name]) => name!))),
    ).toEqual([]);
  });
});

test("compose.yaml sets variables that are read, and lets Bask write to its volumes only", () => {
  const { services } = Bun.YAML.parse(read("compose.yaml")) as {
    services: Record<string, { environment?: Record<string, string>; read_only?: boolean; depends_on?: object }>;
  };
  const { bask } = services;
  expect(bask).toMatchObject({ read_only: true, cap_drop: ["ALL"], volumes: ["bask:/data", "backups:/backups"] });
  expect(unknown(Object.keys(bask!.environment!))).toEqual([]);
  expect(Object.keys(services)).toEqual(expect.arrayContaining(Object.keys(bask!.depends_on!)));
});

test("the systemd unit runs commands that exist", () => {
  const unit = read("packages/bask.service");
  const run = [...unit.matchAll(/^Exec\w+=\/usr\/local\/bin\/bask (.*)$/gm)].map(([, command]) => command!);
  expect(run).toEqual(["migrate", "serve"]);
  for (const command of run) expect(names).toContain(command);
  for (const line of unit.split("\n")) expect(line).toMatch(/^(#.*|\[\w+\]|\w+=.*|)$/);
});

describe("the Helm chart", () => {
  const values = Bun.YAML.parse(read("packages/helm/values.yaml")) as Record<string, never>;
  const templates = readdirSync(join(root, "packages/helm/templates")).map((file) =>
    read(`packages/helm/templates/${file}`),
  );

  test("has the version of the program", () => {
    const { version } = packageJson;
    expect(Bun.YAML.parse(read("packages/helm/Chart.yaml"))).toMatchObject({ version, appVersion: version });
  });

  test("uses values that exist, and the schema knows every one", () => {
    const schema = JSON.parse(read("packages/helm/values.schema.json"));
    expect(Object.keys(values).sort()).toEqual(
      Object.keys(schema.properties)
        .filter((name) => name !== "global")
        .sort(),
    );
    for (const [, path] of templates.join("\n").matchAll(/\.Values\.([\w.]+)/g)) {
      const found = path!.split(".").reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], values);
      expect([path, found === undefined]).toEqual([path!, false]);
    }
  });

  test("sets variables that are read, and runs commands that exist", () => {
    const settings = /^data:\n([\s\S]*)/m.exec(read("packages/helm/templates/configmap.yaml"))![1]!;
    expect(unknown([...settings.matchAll(/^ {2}([A-Z_]+):/gm)].map(([, name]) => name!))).toEqual([]);
    expect(unknown(Object.keys(values.env!))).toEqual([]);
    for (const [, command] of templates.join("\n").matchAll(/args: \["(.*)"\]/g)) expect(names).toContain(command!);
  });

  test("opens and closes every block", () => {
    for (const template of templates) {
      const opened = template.match(/\{\{-? (if|range|with) /g)?.length ?? 0;
      expect(template.match(/\{\{-? end \}\}/g)?.length ?? 0).toBe(opened);
    }
  });
});

test("the bill of materials has every package that the program needs, with version, checksum and place", () => {
  const { components } = billOfMaterials();
  for (const [name, version] of Object.entries(packageJson.dependencies))
    expect(components).toContainEqual(expect.objectContaining({ name, version }));
  for (const { name, purl, hashes } of components) {
    expect(purl).toMatch(/^pkg:npm\/(%40[\w.-]+\/)?[\w.-]+@\d/);
    expect([name, hashes?.[0]?.content.length]).toEqual([name, 128]);
  }
  expect(components.some(({ name }) => name === "typescript")).toBe(false);
});
