import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { realTime } from "../support/clock";
import { freePort } from "../support/free-port";
import { agree, requestOf } from "../support/oauth";
import { killProcesses, main, spawnBask, temporaryFolder } from "../support/process";
import { openWorld, type Person, type World } from "../support/world";

setDefaultTimeout(180_000);

let world: World;
let ada: Person;
let acme: string;
let folder: ReturnType<typeof temporaryFolder>;

beforeAll(async () => {
  folder = temporaryFolder();
  const port = await freePort();
  world = await openWorld({ port, time: realTime(), config: { publicUrl: `http://127.0.0.1:${port}` } });
  ada = await world.person("Ada");
  acme = (await ada.bask.organizations.create({ name: "Acme" })).id;
});
afterAll(() => {
  killProcesses();
  folder[Symbol.dispose]();
});

/** A machine of its own: no keychain, no browser, but for the programs that are given. */
function machine(name: string, programs: Record<string, string> = {}) {
  const home = join(folder.path, name);
  const bin = join(home, "bin");
  mkdirSync(bin, { recursive: true });
  for (const [program, script] of Object.entries(programs))
    writeFileSync(join(bin, program), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const start = (...args: string[]) =>
    spawnBask(home, { HOME: home, XDG_CONFIG_HOME: join(home, "config"), PATH: `${bin}:/usr/bin:/bin` }, [
      main,
      ...args,
    ]);
  const end = async (child: ReturnType<typeof start>, stderr = new Response(child.stderr).text()) => {
    const [stdout, said, exitCode] = await Promise.all([new Response(child.stdout).text(), stderr, child.exited]);
    return { exitCode, stdout, stderr: said };
  };
  return {
    home,
    file: join(home, "config/bask/login.json"),
    start,
    end,
    bask: (...args: string[]) => end(start(...args)),
  };
}

/** What a program says until it says what is looked for. */
async function heard({ stderr }: ReturnType<ReturnType<typeof machine>["start"]>, pattern: RegExp): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stderr) {
    text += decoder.decode(chunk, { stream: true });
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  throw new Error(`It said: ${text}`);
}

/** Logs in by the browser: the user agrees on the page, and their browser goes back to the program. */
async function logIn({ start, end }: ReturnType<typeof machine>, ...more: string[]) {
  const child = start("login", "--url", world.url, "--browser", ...more);
  const path = pathOf(await heard(child, /Open (\S+)\n/));
  const back = await agree(ada, acme, await requestOf(world, path));
  const page = await fetch(back);
  return { ...(await end(child, Promise.resolve(""))), page: await page.text(), back };
}

const pathOf = (url: string) => url.slice(new URL(url).origin.length);
const kept = (file: string) => JSON.parse(readFileSync(file, "utf8"));
const change = (file: string, changes: object) =>
  writeFileSync(file, JSON.stringify({ ...kept(file), ...changes }), { mode: 0o600 });

describe("a login", () => {
  test("by a code that is typed is kept where only its user reads it, and logging out ends it at the server", async () => {
    const { start, end, bask, file } = machine("code");
    const child = start("login", "--url", world.url, "--json");
    const userCode = await heard(child, /type +(\S+)\n/);
    const { digest, device, scopes } = await ada.bask.apps.readDevice({ userCode });
    expect(device!.name).not.toContain("unknown");
    expect(scopes.map(({ scope }) => scope)).not.toContain("members:update");
    await ada.bask.apps.approveDevice({ userCode, organizationId: acme, digest });
    const { exitCode, stdout } = await end(child, Promise.resolve(""));
    expect({ exitCode, ...JSON.parse(stdout) }).toMatchObject({
      exitCode: 0,
      kept: file,
      user: { name: "Ada Example", email: "ada@example.com" },
      organization: { id: acme, name: "Acme" },
    });
    expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
    expect((statSync(join(file, "..")).mode & 0o777).toString(8)).toBe("700");

    const { accessToken } = kept(file);
    expect(JSON.parse((await bask("api", `/organizations/${acme}/members`)).stdout).data).toHaveLength(1);
    const refused = await bask("api", `/organizations/${acme}/invitations`, "--body", '{"email":"x"}');
    expect({ code: refused.exitCode, stdout: refused.stdout }).toEqual({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("VALIDATION_ERROR");
    expect((await bask("logout")).stdout).toContain("Logged out");
    expect(existsSync(file)).toBe(false);
    const headers = { Authorization: `Bearer ${accessToken}` };
    expect((await world.fetch("/whoami", { headers })).status).toBe(401);
    const after = await bask("whoami");
    expect([after.exitCode, after.stderr]).toEqual([4, "You are not logged in. Run: bask login --url URL\n"]);
  });

  test("by the browser of the machine renews itself, also in two programs at once, until it is disconnected", async () => {
    const computer = machine("browser");
    const { exitCode, page, back } = await logIn(computer, "--scopes", "members:*");
    expect([exitCode, page]).toEqual([0, "You can close this page and go back to the terminal."]);
    expect(back.hostname).toBe("127.0.0.1");
    const before = kept(computer.file);
    change(computer.file, { expiresAt: 0 });
    const both = await Promise.all([computer.bask("whoami"), computer.bask("whoami")]);
    for (const { exitCode, stdout } of both) {
      expect(exitCode).toBe(0);
      expect(stdout).toContain("may members:read, members:update, members:remove");
    }
    expect(kept(computer.file).refreshToken).not.toBe(before.refreshToken);
    change(computer.file, { accessToken: "of another time" });
    expect((await computer.bask("whoami")).exitCode).toBe(0);
    expect((statSync(computer.file).mode & 0o777).toString(8)).toBe("600");

    for (const { id } of (await ada.bask.connectedApps.list()).data) await ada.bask.connectedApps.disconnect(id);
    const ended = await computer.bask("whoami");
    expect(ended).toEqual({
      exitCode: 4,
      stdout: "",
      stderr: `The login at ${world.url} has ended. Log in again: bask login --url ${world.url}\n`,
    });
  });

  test("that is refused says so, and one that was there before lasts until there is another", async () => {
    const computer = machine("refused");
    await logIn(computer);
    const { refreshToken } = kept(computer.file);
    const child = computer.start("login", "--browser");
    const request = await requestOf(world, pathOf(await heard(child, /Open (\S+)\n/)));
    await fetch((await ada.bask.apps.denyAuthorization({ request })).redirectTo);
    expect(await computer.end(child, Promise.resolve(""))).toMatchObject({ exitCode: 4, stdout: "" });
    expect(kept(computer.file).refreshToken).toBe(refreshToken);
    await logIn(computer);
    // The one before has ended with it.
    expect((await ada.bask.connectedApps.list()).data).toHaveLength(1);
  });

  test("takes no answer that another page sends, and waits for its own", async () => {
    const computer = machine("forged");
    const child = computer.start("login", "--url", world.url, "--browser");
    const url = await heard(child, /Open (\S+)\n/);
    const redirect = new URL(new URL(url).searchParams.get("redirect_uri")!);
    redirect.search = `?${new URLSearchParams({ code: "bac_forged", state: "of another", iss: world.url })}`;
    expect((await fetch(redirect)).status).toBe(404);
    await fetch(await agree(ada, acme, await requestOf(world, pathOf(url))));
    expect((await computer.end(child, Promise.resolve(""))).exitCode).toBe(0);
  });
});

describe("where it is kept", () => {
  const secretTool = `
case "$1" in
  store) cat > "$HOME/keyring"; echo "$@" > "$HOME/arguments" ;;
  lookup) cat "$HOME/keyring" ;;
  clear) rm -f "$HOME/keyring" ;;
esac`;

  test("the keyring, which gets it by standard input, and then no file", async () => {
    const computer = machine("keyring", { "secret-tool": secretTool });
    expect((await logIn(computer)).stdout).toContain("The login is kept in the keyring of this desktop.");
    expect(existsSync(computer.file)).toBe(false);
    expect(readFileSync(join(computer.home, "arguments"), "utf8")).toBe("store --label=Bask service bask\n");
    expect((await computer.bask("whoami")).exitCode).toBe(0);
    expect((await computer.bask("logout")).exitCode).toBe(0);
    expect(existsSync(join(computer.home, "keyring"))).toBe(false);
  });

  test("a file where the keyring does not answer, or where one is named", async () => {
    const computer = machine("locked", { "secret-tool": "exit 1" });
    expect((await logIn(computer)).stdout).toContain(`The login is kept in ${computer.file}.`);
    const named = join(computer.home, "elsewhere.json");
    expect((await logIn(computer, "--token-file", named)).stdout).toContain(`The login is kept in ${named}.`);
    chmodSync(named, 0o644);
    const shared = await computer.bask("whoami", "--token-file", named);
    expect([shared.exitCode, shared.stderr]).toEqual([1, `Others can read ${named}. Run: chmod 600 ${named}\n`]);
    writeFileSync(computer.file, "{}");
    expect((await computer.bask("whoami")).stderr).toContain("is no login");
  });
});

test.each([
  ["nothing", [], 2, "Say where"],
  ["a word", ["--url", "example"], 2, "is not the URL of a server"],
  ["plain HTTP to another machine", ["--url", "http://example.com"], 2, "in clear"],
  ["a server that is not there", ["--url", "http://127.0.0.1:1"], 1, "does not answer"],
])("%s as a server is refused in one line", async (_, args, exitCode, sentence) => {
  const result = await machine("wrong").bask("login", ...args);
  expect({ ...result, stderr: result.stderr.includes(sentence) && result.stderr.split("\n").length }).toEqual({
    exitCode,
    stdout: "",
    stderr: 2,
  });
});

test("a server is known by its own name", async () => {
  const { exitCode, stderr } = await machine("alias").bask(
    "login",
    "--url",
    world.url.replace("127.0.0.1", "localhost"),
  );
  expect([exitCode, stderr]).toEqual([
    2,
    `${world.url.replace("127.0.0.1", "localhost")} calls itself ${world.url}. Use that: --url ${world.url}\n`,
  ]);
});
