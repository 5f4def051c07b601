import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chownSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { cutChain, eventHash } from "../../src/audit/audit.sql";
import { parseConfig } from "../../src/config/config";
import { dialect } from "../../src/db/dialect";
import { closeApp, openExistingApp } from "../../src/open-app";
import { codeOf } from "../support/authenticator";
import { createClient } from "../support/client";
import { newDatabase, type TestDatabase } from "../support/databases";
import { rowsOf } from "../support/migrations";
import { type BaskProcess, startBask, temporaryFolder, tryToStart } from "../support/process";
import { isRoot, nobody } from "../support/refused-start";
import { runScript } from "../support/scripts";

setDefaultTimeout(180_000);

const manual = readFileSync(join(import.meta.dir, "../../docs/secrets.md"), "utf8");
/** The steps of the manual under a heading. */
const stepsUnder = (heading: string) =>
  [
    ...manual
      .split(`${heading}\n`)[1]!
      .split(/\n##/)[0]!
      .matchAll(/^\d+\. (.*)$/gm),
  ].map(([, step]) => step!);

const ada = { email: "ada@example.com", password: "correct horse battery", fullName: "Ada" };
const ben = { email: "ben@example.com", password: "battery horse correct", fullName: "Ben" };

/** What is read of responses. */
type Answer = Record<"accessToken" | "refreshToken", string> & { deviceToken?: string };

/** Processes that are restarted one after the other while people use them. */
class Installation {
  folder = temporaryFolder();
  processes: BaskProcess[] = [];
  output = "";
  printed = "";
  /** What people hold from before. */
  held!: Awaited<ReturnType<Installation["use"]>>;

  constructor(
    readonly url: string,
    public secretKey: string | undefined,
    readonly size: number,
  ) {}

  environment = () => ({
    DATABASE_URL: this.url,
    PUBLIC_URL: "https://bask.test",
    AUTH_RATE_LIMIT: "1000",
    ...(this.secretKey !== undefined && { SECRET_KEY: this.secretKey }),
  });

  start = () => startBask(this.folder.path, this.environment());
  bask = (...args: string[]) =>
    runScript(this.folder.path, ["bask", ...args], { environment: { ...this.environment() } });

  async open() {
    for (let i = 0; i < this.size; i++) this.processes.push(await this.start());
    this.held = await this.use();
  }

  async restart() {
    for (const [i, old] of this.processes.entries()) {
      old.kill("SIGTERM");
      expect(await old.exited).toBe(0);
      this.output += old.output();
      this.processes[i] = await this.start();
      await this.everythingWorks();
    }
  }

  /** The process that is asked next. */
  next = () => {
    this.processes.push(this.processes.shift()!);
    return this.processes[0]!;
  };

  async ask(method: string, path: string, { body, ...headers }: { body?: unknown } & Record<string, unknown> = {}) {
    const response = await fetch(this.next().url + path, {
      method,
      headers: { "Content-Type": "application/json", ...(headers as Record<string, string>) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json().catch(() => undefined)) as Answer };
  }

  /** The token in an email to Ben, which is in the log where there is no SMTP server. */
  async tokenOf(path: string) {
    const pattern = new RegExp(`${path}#token=([\\w-]+)`);
    for (;;) {
      const lines = this.processes.flatMap((bask) => bask.output().split("\n"));
      const found = pattern.exec(lines.find((line) => line.includes(ben.email) && pattern.test(line)) ?? "");
      if (found) return found[1]!;
      await Bun.sleep(50);
    }
  }

  async use() {
    const client = createClient({ url: this.next().url });
    await client.auth.register(ada);
    const { fullName: _, ...credentials } = ada;
    await client.auth.login(credentials);
    const organization = (await client.organizations.create({ name: "Engines" })).id;
    const { key } = await client.apiKeys.create(organization, { name: "Robot" });
    const { secret } = await client.twoFactor.setup({ password: ada.password });
    const { backupCodes } = await client.twoFactor.verify({ code: codeOf(secret, { now: Date.now } as never) });
    const signedIn = await client.auth.login({
      ...credentials,
      twoFactorCode: backupCodes.pop()!,
      trustDevice: true,
    });
    await client.invitations.create(organization, { email: ben.email, role: "member" });
    const invitation = await this.tokenOf("/invitations");
    await createClient({ url: this.next().url }).auth.register(ben);
    const link = await this.tokenOf("/verify-email");
    const replayed = await this.ask("POST", "/organizations", {
      body: { name: "Once" },
      "Idempotency-Key": "once",
      Authorization: `Bearer ${signedIn.accessToken}`,
    });
    const bens = await this.ask("POST", "/auth/login", { body: { email: ben.email, password: ben.password } });
    expect([replayed.status, bens.status]).toEqual([201, 200]);
    return {
      accessToken: signedIn.accessToken,
      key,
      backupCodes,
      deviceToken: signedIn.deviceToken!,
      invitation,
      link,
      once: replayed.body,
      refreshToken: bens.body.refreshToken as string,
    };
  }

  /** Every process takes what any of them gave. */
  async everythingWorks() {
    const { held } = this;
    for (const _ of this.processes) {
      const authorized = { Authorization: `Bearer ${held.accessToken}` };
      expect((await this.ask("GET", "/users/me", authorized)).status).toBe(200);
      expect((await this.ask("GET", "/whoami", { "X-API-Key": held.key })).status).toBe(200);
      const again = await this.ask("POST", "/organizations", {
        body: { name: "Once" },
        "Idempotency-Key": "once",
        ...authorized,
      });
      expect(again).toEqual({ status: 201, body: held.once });
      const refreshed = await this.ask("POST", "/auth/refresh", { body: { refreshToken: held.refreshToken } });
      expect(refreshed.status).toBe(200);
      held.refreshToken = refreshed.body.refreshToken;
      const { email, password } = ada;
      if (held.backupCodes.length > 2) {
        const twoFactorCode = held.backupCodes.pop();
        expect((await this.ask("POST", "/auth/login", { body: { email, password, twoFactorCode } })).status).toBe(200);
      }
      const { deviceToken } = held;
      const signedIn = await this.ask("POST", "/auth/login", { body: { email, password, deviceToken } });
      expect(signedIn.status).toBe(200);
      held.accessToken = signedIn.body.accessToken;
      held.deviceToken = signedIn.body.deviceToken ?? deviceToken;
    }
    expect(await this.bask("audit", "verify")).toMatchObject({ exitCode: 0, stdout: "Every chain is whole.\n" });
  }

  async rotate(expected: number) {
    const { exitCode, stdout, stderr } = await this.bask("secret", "rotate");
    expect([exitCode, stderr + stdout]).toEqual([expected, expect.any(String)]);
    this.printed = stdout.trim();
    return stderr;
  }

  async close() {
    for (const bask of this.processes) bask.kill("SIGKILL");
    this.folder[Symbol.dispose]();
  }
}

/** Lets as much time pass for a secret as links and unused sessions need. */
const passFor = (url: string, minutes: number) =>
  rowsOf(
    url,
    dialect === "sqlite"
      ? `update secrets set signed_at = signed_at - ${minutes * 60_000} where signs_since = 0`
      : `update secrets set signed_at = signed_at - interval '${minutes} minutes' where signs_since = '1970-01-01T00:00:00Z'`,
  );

const kinds: [kind: string, size: number][] =
  dialect === "postgres"
    ? [["SECRET_KEY on two processes", 2]]
    : [
        ["SECRET_KEY", 1],
        ["data/secret.key", 1],
      ];

describe.each(kinds)("a secret that is replaced as the manual says: %s", (kind, size) => {
  let database: TestDatabase;
  let installation: Installation;
  beforeAll(async () => {
    database = await newDatabase();
    const secret =
      kind === "data/secret.key"
        ? undefined
        : Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
    installation = new Installation(database.url, secret, size);
    await installation.open();
    await cutEarliest(installation);
  });
  afterAll(async () => {
    await installation?.close();
    await database?.remove();
  });

  const setAndRestart = async () => {
    installation.secretKey = installation.printed;
    await installation.restart();
  };
  const restart = () => installation.restart();
  const reseal = async () => {
    expect((await installation.bask("secret", "rotate")).stderr).toContain("Run `bask secret reseal`");
    expect(await installation.bask("secret", "reseal")).toMatchObject({ exitCode: 0, stderr: "" });
  };
  /** The link, the invitation, the session and the device are used; then it is as if a quarter of an hour had passed. */
  const wait = async () => {
    expect(await installation.rotate(1)).toMatch(/until \d.*needed for .*\d links in emails.*\d invitations/);
    await refusedWithoutTheOld();
    const { held } = installation;
    await installation.everythingWorks();
    const bens = { Authorization: `Bearer ${(await connectBen()).accessToken}` };
    expect(
      (await installation.ask("POST", "/auth/verify-email", { body: { token: held.link, password: ben.password } }))
        .status,
    ).toBe(204);
    expect(
      (await installation.ask("POST", "/invitations/accept", { body: { token: held.invitation }, ...bens })).status,
    ).toBeLessThan(300);
    await passFor(database.url, 16);
  };
  const connectBen = async () =>
    (await installation.ask("POST", "/auth/login", { body: { email: ben.email, password: ben.password } })).body;
  const refusedWithoutTheOld = async () => {
    if (installation.secretKey === undefined) return;
    const kept = installation.secretKey;
    installation.secretKey = kept.split(",")[0]!;
    const refused = await tryToStart(installation.folder.path, installation.environment());
    expect(await refused.exited).toBe(1);
    expect(refused.output()).toMatch(
      /cannot start\. SECRET_KEY lacks the secret \w{8}, and without it cease to work: .*\d+ links in emails.*Add it behind the others until/,
    );
    installation.secretKey = kept;
  };

  const actions: Record<string, () => Promise<unknown>> = {
    "Run `bask secret rotate`.": () => installation.rotate(0),
    "Run `bask secret rotate`. It writes `data/secret.key`.": () => installation.rotate(0),
    "Set `SECRET_KEY` to what it printed, and restart the processes one after the other. The new secret only verifies.":
      setAndRestart,
    "Set `SECRET_KEY` to what it printed, and restart the processes one after the other. The new secret signs.":
      setAndRestart,
    "Set `SECRET_KEY` to what it printed, and restart the processes one after the other. The old secret is gone.":
      setAndRestart,
    "Restart the server. The new secret signs.": restart,
    "Restart the server. The old secret is gone.": restart,
    "Run `bask secret reseal`.": reseal,
    "Run `bask secret rotate`. It says until when the old secret stays; do it again then.": wait,
  };

  test("everything that people hold works at every step and after it", async () => {
    const heading =
      kind === "data/secret.key" ? "### One server on SQLite that keeps its own secret" : "## Replace the secret";
    const ownFile = join(installation.folder.path, "data/secret.key");
    const isOwnedByOther = kind === "data/secret.key" && isRoot;
    if (isOwnedByOther) chownSync(ownFile, nobody.uid, nobody.gid); // root rotates, another user serves
    for (const step of stepsUnder(heading)) {
      // SQLite has one process: the new secret may sign at once.
      if (dialect === "sqlite" && step.endsWith("The new secret only verifies.")) continue;
      if (
        dialect === "sqlite" &&
        kind === "SECRET_KEY" &&
        installation.printed &&
        step === "Run `bask secret rotate`." &&
        !installation.secretKey?.includes(",")
      )
        continue;
      await actions[step]!();
    }
    await installation.everythingWorks();
    if (isOwnedByOther) expect(statSync(ownFile).uid).toBe(nobody.uid);
    const statuses = JSON.parse((await installation.bask("secret", "status", "--json")).stdout);
    expect(statuses).toMatchObject([{ role: "signs", processes: size }]);
  });
});

/** Cuts off the first event of a chain, as retention does. */
async function cutEarliest(installation: Installation) {
  const environment: Record<string, string> = installation.environment();
  environment.SECRET_KEY ??= readFileSync(join(installation.folder.path, "data/secret.key"), "utf8");
  const app = await openExistingApp(parseConfig(environment));
  const [{ chain }] = (await rowsOf(
    installation.url,
    "select chain from audit_chains where chain like 'org_%' order by chain limit 1",
  )) as [{ chain: string }];
  const hash = (await eventHash(app.db.reader, chain, 1))!;
  const checkpoint = { chain, seq: 1, hash };
  await app.db.write((tx) => cutChain(tx, { ...checkpoint, signature: app.checkpoints.sign(checkpoint) }));
  await closeApp(app);
}
