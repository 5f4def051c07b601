import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync } from "node:fs";
import packageJson from "../../package.json";
import { temporaryFolder } from "../support/process";
import { runScript } from "../support/scripts";

setDefaultTimeout(180_000);

/** The scripts of package.json that read their own arguments; `test` passes them on, `bench` is not for operators. */
const scripts = Object.values(packageJson.scripts)
  .flatMap((command) => /^bun scripts\/([\w-]+)\.ts$/.exec(command)?.[1] ?? [])
  .filter((name) => name !== "test" && name !== "bench");

/** Runs a script and says what it answered and what it left behind. */
async function attempt(name: string, ...args: string[]) {
  using folder = temporaryFolder();
  const result = await runScript(folder.path, [name, ...args]);
  return { ...result, files: readdirSync(folder.path) };
}

const refusal = (name: string) => ({ exitCode: 2, stdout: "", stderr: usage(name), files: [] });
const usage = (file: string) => {
  const [name] = Object.entries(packageJson.scripts).find(([, command]) => command === `bun scripts/${file}.ts`)!;
  return expect.stringMatching(new RegExp(`^Usage: bun run ${name}[^\\n]*\\n$`));
};

describe("a script refuses arguments it does not take, before it opens or creates anything", () => {
  test.each(scripts)("bun run %s", async (name) => {
    const [unknown, tooMany, help] = await Promise.all([
      attempt(name, "--no-such-option"),
      attempt(name, "one", "two", "three"),
      attempt(name, "--help"),
    ]);
    expect(unknown).toEqual(refusal(name));
    expect(tooMany).toEqual(refusal(name));
    expect(help).toEqual({ exitCode: 0, stdout: usage(name), stderr: "", files: [] });
  });

  test.each(["totp", "totp ada@example.com", "timing many", "migration Add"])("bun run %s", async (line) => {
    const [name, ...args] = line.split(" ");
    expect(await attempt(name!, ...args)).toEqual(refusal(name!));
  });
});
