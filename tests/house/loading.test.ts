import { expect, test } from "bun:test";
import { files, loadedWith } from "../support/sources";

/** The packages that are loaded with a file. */
const packages = (...entries: string[]) =>
  [...loadedWith(...entries)]
    .filter((name) => /^@?\w/.test(name) && !/^(src\/|node:|bun$|package\.json$)/.test(name))
    .sort();

test("what commands are called and take is known without loading what they do", () => {
  expect(packages("src/main.ts", "src/cli/cli.ts")).toEqual(["commander"]);
  const loaded = [...loadedWith("src/main.ts", "src/cli/cli.ts")];
  expect(
    loaded.filter((name) => /\.(contract|sql|http|run)$|^src\/(app|open-app|serve|server\/|http\/)/.test(name)),
  ).toEqual([]);
  expect(files.filter((file) => file.endsWith(".run.ts")).length).toBeGreaterThan(10);
});

const start = ["src/main.ts", "src/config/config", "src/serve"];

test("a start loads no library that only some requests or processes need", () => {
  expect(packages(...start)).toEqual([
    "@elysiajs/jwt",
    "@node-rs/argon2",
    "drizzle-orm",
    "elysia",
    "ipaddr.js",
    "jose",
    "nodemailer/lib/addressparser",
    "pino",
    "zod",
  ]);
});

test("nor what makes requests to others, agents' tools, documentation, backups, or the other database's columns", () => {
  const loaded = [...loadedWith(...start)];
  expect(loaded.filter((name) => /^node:(https?|zlib|stream)/.test(name))).toEqual([]);
  expect(
    loaded.filter((name) =>
      /^src\/(mcp\/endpoint|outbound\/guarded-fetch|server\/docs\/site|server\/openapi|backup\/create|db\/columns\.\w+)/.test(
        name,
      ),
    ),
  ).toEqual([]);
});
