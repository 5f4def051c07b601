import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { createHash, randomBytes } from "node:crypto";
import { dialect } from "../../src/db/dialect";
import { tickets } from "../../src/db/tables";
import type { SessionTokens } from "../../src/sdk/client";
import { answerEmailRequests } from "../../src/users/email-requests";
import { codeOf } from "../support/authenticator";
import { type Bask, createClient } from "../support/client";
import { realTime } from "../support/clock";
import { expectRefusal, refusalOf, storm } from "../support/expect";
import { freePort } from "../support/free-port";
import { client, openProvider, type TestProvider } from "../support/oidc";
import { assertion, enroll, newAuthenticator } from "../support/passkeys";
import { type BaskProcess, startBask, temporaryFolder } from "../support/process";
import { openWorld, testSecret, type World } from "../support/world";

setDefaultTimeout(180_000);

/** This process and another one, which share a database. */
let world: World;
let other: BaskProcess;
let corp: TestProvider;
let folder: ReturnType<typeof temporaryFolder>;

beforeAll(async () => {
  if (dialect !== "postgres") return;
  corp = await openProvider("https://bask.test/auth/oauth/corp/callback");
  const provider = { name: "corp", title: "Corp", issuer: corp.issuer, ...client };
  world = await openWorld({
    time: realTime(),
    config: { providers: [{ ...provider, kind: "oidc", authority: "all" }] },
  });
  folder = temporaryFolder();
  other = await startBask(folder.path, {
    PORT: String(await freePort()),
    DATABASE_URL: world.app.config.database.url,
    SECRET_KEY: testSecret.toString("base64url"),
    PUBLIC_URL: "https://bask.test",
    AUTH_RATE_LIMIT: "1000000",
    USER_RATE_LIMIT: "1000000",
    OIDC_PROVIDERS: JSON.stringify([{ ...provider, trustsEmail: true }]),
  });
  expect(other.url).toStartWith("http");
});
afterAll(async () => {
  if (dialect !== "postgres") return;
  other.kill("SIGTERM");
  await other.exited;
  folder[Symbol.dispose]();
  await world.close();
  await corp.close();
});

/** The processes take turns. */
const at = (i: number) => (i % 2 ? world.url : other.url);
const post = <T = SessionTokens>(url: string, path: string, body: object) =>
  createClient({ url }).request<T>("POST", path, { body });
const as = (tokens: SessionTokens, url = world.url) => createClient({ url, tokens });

function newVerifier() {
  const codeVerifier = randomBytes(32).toString("base64url");
  return { codeVerifier, codeChallenge: createHash("sha256").update(codeVerifier).digest("base64url") };
}

/** A browser that is sent to the provider: the callback with which it comes back. */
async function comeBack(path = "/auth/oauth/corp", body: object = {}, token?: string) {
  const { codeVerifier, codeChallenge } = newVerifier();
  const response = await world.fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ codeChallenge, ...body }),
  });
  const cookie = response.headers.get("set-cookie")!.split(";")[0]!;
  const { url } = (await response.json()) as { url: string };
  return { callback: await corp.visit(url), cookie, codeVerifier };
}
/** The ticket that a process gives for a callback, if it does. */
async function ticketFor({ callback, cookie }: Awaited<ReturnType<typeof comeBack>>, url = world.url) {
  const request = { redirect: "manual", headers: { cookie } } as const;
  const response = await fetch(url + callback.pathname + callback.search, request);
  return new URLSearchParams(new URL(response.headers.get("location")!).hash.slice(1)).get("oauth_ticket") ?? undefined;
}
/** Signs in with an account at the provider that no one has used. */
async function newcomer(sub: string) {
  corp.account = { sub, email: `${sub}@corp.example`, email_verified: true };
  const came = await comeBack();
  const ticket = await ticketFor(came);
  const tokens = await post(world.url, "/auth/oauth/login", { ticket, codeVerifier: came.codeVerifier });
  return { tokens, bask: as(tokens) };
}
async function linking(bask: Bask, sub: string) {
  corp.account = { sub, email: `${sub}@corp.example`, email_verified: true };
  const came = await comeBack("/users/me/identities/start", { provider: "corp" }, bask.tokens()!.accessToken);
  return { ticket: await ticketFor(came), codeVerifier: came.codeVerifier };
}
const identitiesOf = (bask: Bask) => bask.identities.list().then(({ data }) => data);

describe.skipIf(dialect !== "postgres")("in two processes at once", () => {
  test("a sign-in that waits for its second factor is completed once, and uses one code", async () => {
    const person = await world.person("Ada");
    const { secret } = await person.bask.twoFactor.setup({ password: person.password });
    const { backupCodes } = await person.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
    const { email, password } = person;
    const { challenge } = await refusalOf(post(world.url, "/auth/login", { email, password }));
    const { won, lost } = await storm(10, (i) =>
      post(at(i), "/auth/login/continue", { challenge, twoFactorCode: backupCodes[i]! }),
    );
    expect(won).toHaveLength(1);
    expect(new Set(lost)).toEqual(new Set(["INVALID_CHALLENGE"]));
    expect(await as(won[0]!).twoFactor.get()).toMatchObject({ backupCodesLeft: 9 });
  });

  test("an emailed link signs in once, and so does its code", async () => {
    const { email } = await world.person("Bea");
    for (const way of ["link", "code"] as const) {
      const { codeVerifier, codeChallenge } = newVerifier();
      await post(world.url, "/auth/email-link", { email, codeChallenge });
      const ticket = await latestLink();
      const token = world.app.mailedTokens.write(ticket);
      const { code } = await post<{ code: string }>(world.url, "/auth/email-link/code", { token });
      const { won, lost } = await storm(50, (i) =>
        way === "link"
          ? post(at(i), "/auth/email-link/login", { token, codeVerifier })
          : post(at(i), "/auth/email-link/code/login", { email, code, codeVerifier }),
      );
      expect([way, won.length]).toEqual([way, 1]);
      expect(new Set(lost)).toEqual(new Set([way === "link" ? "INVALID_TOKEN" : "INVALID_SIGN_IN_CODE"]));
    }
  });

  test("the use of a passkey is accepted once, as a sign-in or as a proof", async () => {
    const { bask } = await newcomer("passkey");
    const device = newAuthenticator();
    await enroll(bask, device);
    const passkey = await assertion(bask, device);
    const { won, lost } = await storm(50, async (i) =>
      i % 4 < 2
        ? post(at(i), "/auth/passkeys/login", { passkey })
        : as(bask.tokens()!, at(i)).request("POST", "/auth/reauthenticate", { body: { passkey } }),
    );
    expect(won).toHaveLength(1);
    expect(new Set(lost)).toEqual(new Set(["INVALID_PASSKEY"]));
  });

  test("a callback gives one ticket, and a ticket one session", async () => {
    corp.account = { sub: "state", email: "state@corp.example", email_verified: true };
    const came = await comeBack();
    const given = await Promise.all(Array.from({ length: 50 }, (_, i) => ticketFor(came, at(i))));
    const [ticket, ...more] = given.filter((ticket) => ticket !== undefined);
    expect(more).toEqual([]);
    const { codeVerifier } = came;
    const { won, lost } = await storm(50, (i) => post(at(i), "/auth/oauth/login", { ticket, codeVerifier }));
    expect(won).toHaveLength(1);
    expect(new Set(lost)).toEqual(new Set(["INVALID_CHALLENGE"]));
    expect((await as(won[0]!).sessions.list()).data).toHaveLength(1);
  });

  test("of two ways in that are removed from two sides, one remains", async () => {
    for (let round = 0; round < 6; round++) {
      const { tokens, bask } = await newcomer(`two-ways-${round}`);
      const passkey = await enroll(bask, newAuthenticator());
      const [identity] = await identitiesOf(bask);
      const { won, lost } = await storm(2, (i) =>
        as(tokens, at(i + round)).request(
          "DELETE",
          i === 0 ? `/users/me/passkeys/${passkey.id}` : `/users/me/identities/${identity!.id}`,
          { body: {} },
        ),
      );
      expect([won.length, lost]).toEqual([1, ["CONFLICT"]]);
      const left = [...(await identitiesOf(bask)), ...(await bask.passkeys.list()).data];
      expect(left).toHaveLength(1);
    }
  });

  test("an account that is linked beside the removal of the only one leaves a way in", async () => {
    for (let round = 0; round < 6; round++) {
      const { tokens, bask } = await newcomer(`link-${round}`);
      const [first] = await identitiesOf(bask);
      const body = await linking(bask, `link-${round}-second`);
      const [linked, unlinked] = await Promise.allSettled([
        as(tokens, at(round)).request("POST", "/users/me/identities", { body }),
        as(tokens, at(round + 1)).request("DELETE", `/users/me/identities/${first!.id}`, { body: {} }),
      ]);
      expect(linked.status).toBe("fulfilled");
      expect(await identitiesOf(bask)).toHaveLength(unlinked.status === "fulfilled" ? 1 : 2);
    }
  });

  test("an account at a provider that two people link at once is one's", async () => {
    const people = [await newcomer("rival-1"), await newcomer("rival-2")];
    const bodies = [await linking(people[0]!.bask, "wanted"), await linking(people[1]!.bask, "wanted")];
    const { won, lost } = await storm(2, (i) =>
      as(people[i]!.tokens, at(i)).request("POST", "/users/me/identities", { body: bodies[i]! }),
    );
    expect([won.length, lost]).toEqual([1, ["CONFLICT"]]);
    const counts = await Promise.all(people.map(async ({ bask }) => (await identitiesOf(bask)).length));
    expect(counts.toSorted()).toEqual([1, 2]);
    await expectRefusal(
      people[1]!.bask.request("POST", "/users/me/identities", { body: bodies[1]! }),
      "INVALID_CHALLENGE",
    );
  });
});

/** The id of the latest link that signs in, once one of the processes has answered the request. */
async function latestLink() {
  const known = new Set(seen);
  for (;;) {
    await answerEmailRequests(world.app);
    const rows = await world.app.db.reader.select({ id: tickets.id, kind: tickets.kind }).from(tickets);
    const fresh = rows.find(({ id, kind }) => kind === "sign-in" && !known.has(id));
    if (!fresh) continue;
    seen.add(fresh.id);
    return fresh.id;
  }
}
const seen = new Set<string>();
