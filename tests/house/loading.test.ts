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

test("a start loads no library that only some requests or processes need", () => {
  expect(packages("src/main.ts", "src/config/config", "src/serve")).toEqual([
    "@elysiajs/jwt",
    "@node-rs/argon2",
    "drizzle-orm",
    "drizzle-orm/pg-core",
    "drizzle-orm/sqlite-core",
    "elysia",
    "ipaddr.js",
    "jose",
    "nodemailer/lib/addressparser",
    "pino",
    "zod",
  ]);
});
