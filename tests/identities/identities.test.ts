import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { createHash, randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import type { Provider } from "../../src/config/providers";
import { identities, users } from "../../src/db/tables";
import { suspendUser } from "../../src/operators/users";
import type { SessionTokens } from "../../src/sdk/client";
import { codeOf } from "../support/authenticator";
import { createClient } from "../support/client";
import { testTime } from "../support/clock";
import { expectReason, expectRefusal, refusalOf, storm } from "../support/expect";
import { openGitHubStub } from "../support/github";
import { client, openProvider, type TestProvider } from "../support/oidc";
import { assertion, enroll, newAuthenticator } from "../support/passkeys";
import { providerTicket } from "../support/provider-tickets";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let corp: TestProvider;
let github: ReturnType<typeof openGitHubStub>;
let providers: Provider[];
const callback = (name: string) => `https://bask.test/auth/oauth/${name}/callback`;

beforeAll(async () => {
  corp = await openProvider(callback("corp"));
  github = openGitHubStub();
});
afterAll(async () => {
  await corp.close();
  await github.close();
});
beforeEach(async () => {
  corp.account = { sub: "corp-1", email: "ada@corp.example", email_verified: true, name: "Ada Corp" };
  github.fails = false;
  const common = { title: "Corp", kind: "oidc", issuer: corp.issuer, ...client } as const;
  providers = [
    { ...common, name: "corp", authority: "none" },
    {
      ...common,
      name: "github",
      title: "GitHub",
      kind: "github",
      issuer: github.url,
      clientSecret: "a secret of the stub",
      authority: "none",
    },
  ];
  world = await openWorld({ config: { providers } });
});
afterEach(() => world.close());

/** Opens a world in which the word of the provider counts for emails. */
async function trusting() {
  await world.close();
  providers[0] = { ...providers[0]!, authority: "all" };
  world = await openWorld({ config: { providers } });
}

interface Started {
  url: string;
  cookie: string;
  codeVerifier: string;
}

/** A browser that starts at a provider: keeps the cookie and the verifier. */
async function start(path = "/auth/oauth/corp", body: object = {}, token?: string): Promise<Started> {
  const codeVerifier = randomBytes(32).toString("base64url");
  const codeChallenge = createHash("sha256").update(codeVerifier).digest("base64url");
  const response = await world.fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ codeChallenge, ...body }),
  });
  const answer = (await response.json()) as { url: string; error?: { code: string } };
  if (!response.ok) throw new Error(answer.error!.code);
  const set = response.headers.get("set-cookie")!;
  expect(set).toMatch(/^__Host-bask_oauth=[\w-]+; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=600$/);
  return { url: answer.url, cookie: set.split(";")[0]!, codeVerifier };
}

/** What the page finds behind the # once the browser is back. */
async function back(callback: URL, cookie: string) {
  const response = await world.fetch(callback.pathname + callback.search, { redirect: "manual", headers: { cookie } });
  expect(response.status).toBe(302);
  const location = new URL(response.headers.get("location")!);
  return { location, ...Object.fromEntries(new URLSearchParams(location.hash.slice(1))) } as {
    location: URL;
    oauth_ticket?: string;
    oauth_error?: string;
  };
}

const redeem = (ticket: string, codeVerifier: string, from = world) =>
  createClient({ url: from.url }).request<SessionTokens>("POST", "/auth/oauth/login", {
    body: { ticket, codeVerifier },
  });

/** The whole way through a provider. */
async function ticketOf(name = "corp") {
  const started = await start(`/auth/oauth/${name}`);
  const url = name === "github" ? github.visit(started.url) : await corp.visit(started.url);
  const { oauth_ticket: ticket, oauth_error: error } = await back(url, started.cookie);
  if (error !== undefined) throw new Error(error);
  return { ticket: ticket!, codeVerifier: started.codeVerifier };
}
async function signIn(name = "corp") {
  const { ticket, codeVerifier } = await ticketOf(name);
  return createClient({ url: world.url, tokens: await redeem(ticket, codeVerifier) });
}
/** Links an account at the provider to someone's own. */
async function link({ bask }: Person) {
  const token = bask.tokens()!.accessToken;
  const started = await start("/users/me/identities/start", { provider: "corp" }, token);
  const { oauth_ticket: ticket } = await back(await corp.visit(started.url), started.cookie);
  const body = { ticket, codeVerifier: started.codeVerifier };
  return bask.request<{ id: string }>("POST", "/users/me/identities", { body });
}
const templates = async (email: string) => (await world.emailsTo(email)).map(({ template }) => template);
const accounts = (email: string) => world.app.db.reader.$count(users, eq(users.email, email));

describe("signing in with a provider", () => {
  test("creates an account the first time, and is the same person from then on, whatever the email is later", async () => {
    const bask = await signIn();
    expect(await bask.me.get()).toMatchObject({
      email: "ada@corp.example",
      fullName: "Ada Corp",
      emailVerified: false,
    });
    expect((await bask.sessions.list()).data[0]).toMatchObject({ method: "corp", twoFactor: false });
    corp.account = { ...corp.account, email: "renamed@corp.example" };
    expect((await (await signIn()).me.get()).id).toBe((await bask.me.get()).id);
    expect(await accounts("renamed@corp.example")).toBe(0);
    expect(await templates("ada@corp.example")).toContain("verify-email");
  });

  test("works with GitHub, by its id and its verified email", async () => {
    const bask = await signIn("github");
    expect(await bask.me.get()).toMatchObject({ email: "mona@example.com", fullName: "Mona Octocat" });
    github.user = { ...github.user, login: "renamed" };
    expect((await (await signIn("github")).me.get()).id).toBe((await bask.me.get()).id);
  });

  test("lists the providers, and knows no others", async () => {
    const { data } = await world.visitor.request<{ data: object[] }>("GET", "/auth/oauth");
    expect(data).toEqual([
      { name: "corp", title: "Corp" },
      { name: "github", title: "GitHub" },
    ]);
    await expect(start("/auth/oauth/other")).rejects.toThrow("NOT_FOUND");
  });

  test("asks for the second factor like a password does", async () => {
    const bask = await signIn();
    const { secret } = await bask.twoFactor.setup({});
    await bask.twoFactor.verify({ code: codeOf(secret, world.time) });
    world.time.pass({ minutes: 1 });
    const { ticket, codeVerifier } = await ticketOf();
    const { code, challenge } = await refusalOf(redeem(ticket, codeVerifier));
    expect(code).toBe("TWO_FACTOR_REQUIRED");
    await world.visitor.auth.continueLogin({ challenge: challenge!, twoFactorCode: codeOf(secret, world.time) });
  });

  test("of a suspended user opens nothing", async () => {
    const { id } = await (await signIn()).me.get();
    await suspendUser(world.app, { kind: "system" }, id, { reason: "test" });
    const { ticket, codeVerifier } = await ticketOf();
    await expectReason(redeem(ticket, codeVerifier), "account_suspended");
  });

  test("after the account was deleted is a new person's, and its passkeys sign in nowhere", async () => {
    const bask = await signIn();
    const device = newAuthenticator();
    await enroll(bask, device);
    const { id } = await bask.me.get();
    await bask.me.delete({});
    await expectRefusal(bask.me.get(), "UNAUTHORIZED");
    const passkey = await assertion(bask, device);
    await expectReason(world.visitor.auth.loginWithPasskey(passkey as never), "unknown_passkey");
    const again = await signIn();
    expect((await again.me.get()).id).not.toBe(id);
    expect((await again.passkeys.list()).data).toEqual([]);
  });

  test("keeps no token of the provider", async () => {
    await signIn("github");
    expect(JSON.stringify(await world.app.db.reader.select().from(identities))).not.toContain("gho_test");
    expect(world.log.join("\n")).not.toContain("gho_test");
  });
});

describe("an email of a provider", () => {
  test("that it does not say is verified reaches and creates no account", async () => {
    const ada = await world.person("Ada");
    await world.verify(ada);
    for (const email_verified of [false, undefined, "true" as unknown as boolean]) {
      corp.account = { sub: "evil", email: ada.email, ...(email_verified !== undefined && { email_verified }) };
      const { ticket, codeVerifier } = await ticketOf();
      await expectReason(redeem(ticket, codeVerifier), "provider_email_unverified");
    }
    corp.account = { sub: "none" };
    const { ticket, codeVerifier } = await ticketOf();
    await expectReason(redeem(ticket, codeVerifier), "provider_email_unverified");
  });

  test("of another account links nothing, in any spelling, also where the provider is trusted", async () => {
    await trusting();
    const ada = await world.person("Ada");
    await world.verify(ada);
    for (const email of [ada.email, ada.email.toUpperCase(), "ＡＤＡ@example.com", " ada@example.com "]) {
      corp.account = { sub: `other-${email}`, email, email_verified: true };
      const { ticket, codeVerifier } = await ticketOf();
      const { code } = await refusalOf(redeem(ticket, codeVerifier));
      expect(["CONFLICT", "FORBIDDEN"]).toContain(code);
    }
    expect(await world.app.db.reader.$count(identities)).toBe(0);
    await world.signIn(ada);
  });

  test("that looks like another's is another", async () => {
    await trusting();
    const ada = await world.person("Ada");
    await world.verify(ada);
    corp.account = { sub: "homoglyph", email: "аda@example.com", email_verified: true };
    const { ticket, codeVerifier } = await ticketOf();
    const outcome = await redeem(ticket, codeVerifier).then(
      (tokens) => createClient({ url: world.url, tokens }).me.get(),
      () => undefined,
    );
    expect(outcome?.id).not.toBe((await ada.bask.me.get()).id);
  });

  test("is Google's word where Google runs the mailbox, and elsewhere it is asked for by email", async () => {
    await world.close();
    providers[0] = { ...providers[0]!, authority: "google" };
    world = await openWorld({ config: { providers } });
    for (const [isVerified, account] of [
      [true, { email: "ada@gmail.com" }],
      [true, { email: "Ada.Two@GMAIL.com" }],
      [true, { email: "ada@corp.example", hd: "corp.example" }],
      [false, { email: "ada@other.example" }],
      [false, { email: "ada@third.example", hd: "" }],
      [false, { email: "ada@gmail.com.evil.example" }],
      [false, { email: "ada@notgmail.com" }],
    ] as const) {
      corp.account = { sub: `google-${account.email}`, email_verified: true, ...account };
      const { emailVerified } = await (await signIn()).me.get();
      expect([account, emailVerified]).toEqual([account, isVerified]);
    }
    corp.account = { sub: "unverified", email: "eve@gmail.com", email_verified: false, hd: "gmail.com" };
    const { ticket, codeVerifier } = await ticketOf();
    await expectReason(redeem(ticket, codeVerifier), "provider_email_unverified");
  });

  test("of GitHub counts when it is verified there, the primary one first", async () => {
    const { emails, user } = github;
    github.emails = [
      { email: "second@example.com", verified: true, primary: false },
      { email: "first@example.com", verified: true, primary: true },
    ];
    expect(await (await signIn("github")).me.get()).toMatchObject({ email: "first@example.com", emailVerified: false });
    github.user = { ...user, id: 2 };
    for (const none of [
      [],
      [{ email: "x@example.com", primary: true }],
      [{ email: "x@example.com", verified: "true" }],
    ]) {
      github.emails = none;
      const { ticket, codeVerifier } = await ticketOf("github");
      await expectReason(redeem(ticket, codeVerifier), "provider_email_unverified");
    }
    for (const id of ["2", undefined, 1.5, null]) {
      github.user = { ...user, id };
      await expect(ticketOf("github")).rejects.toThrow("provider_failed");
    }
    Object.assign(github, { emails, user });
  });

  test("of an account that never proved it takes that account back only where the provider is trusted", async () => {
    const squatter = await world.person("Fay");
    corp.account = { sub: "fay", email: squatter.email, email_verified: true };
    const first = await ticketOf();
    await expectReason(redeem(first.ticket, first.codeVerifier), "sign_in_to_link");
    await squatter.bask.me.get();

    await trusting();
    const made = await world.person("Fay");
    await enroll(made.bask, newAuthenticator());
    const fay = await signIn();
    expect(await fay.me.get()).toMatchObject({ email: made.email, emailVerified: true });
    await expectRefusal(made.bask.me.get(), "UNAUTHORIZED");
    await expectRefusal(world.signIn(made), "INVALID_CREDENTIALS");
    expect(await templates(made.email)).toContain("access-removed");
    expect((await fay.passkeys.list()).data).toEqual([]);
  });
});

describe("a callback", () => {
  test("is taken only in the browser that was sent to the provider", async () => {
    const [mine, others] = [await start(), await start()];
    const url = await corp.visit(mine.url);
    expect(await back(url, others.cookie)).toMatchObject({ oauth_error: "invalid_callback" });
    expect(await back(url, "other=1")).toMatchObject({ oauth_error: "invalid_callback" });
    expect(await back(url, `${mine.cookie}x`)).toMatchObject({ oauth_error: "invalid_callback" });
    expect((await back(url, mine.cookie)).oauth_ticket).toBeString();
  });

  test("of one provider is not taken for another's, by path or by iss", async () => {
    const started = await start();
    const url = await corp.visit(started.url);
    const elsewhere = new URL(url.href.replace("/corp/", "/github/"));
    expect(await back(elsewhere, started.cookie)).toMatchObject({ oauth_error: "invalid_callback" });
    const mixed = new URL(url);
    mixed.searchParams.set("iss", "https://evil.example");
    expect(await back(mixed, started.cookie)).toMatchObject({ oauth_error: "invalid_callback" });
    const without = new URL(url);
    without.searchParams.delete("iss");
    expect(await back(without, started.cookie)).toMatchObject({ oauth_error: "provider_failed" });
  });

  test("is taken once, also 50 times at once", async () => {
    const started = await start();
    const url = await corp.visit(started.url);
    const answers = await Promise.all(Array.from({ length: 50 }, () => back(url, started.cookie)));
    expect(answers.filter(({ oauth_ticket }) => oauth_ticket !== undefined)).toHaveLength(1);
  });

  test("with another state or an invented code leads to nothing", async () => {
    const started = await start();
    const url = await corp.visit(started.url);
    const state = new URL(url);
    state.searchParams.set("state", "x");
    expect(await back(state, started.cookie)).toMatchObject({ oauth_error: "invalid_callback" });
    const code = new URL(url);
    code.searchParams.set("code", "x");
    expect(await back(code, started.cookie)).toMatchObject({ oauth_error: "provider_failed" });
  });

  test("that the user refused says so, at the page they came from", async () => {
    const started = await start("/auth/oauth/corp", { returnTo: "/sign-in?from=menu" });
    const state = new URL(started.url).searchParams.get("state")!;
    const refused = new URL(`${callback("corp")}?error=access_denied&state=${state}`);
    const { location, oauth_error } = await back(refused, started.cookie);
    expect(oauth_error).toBe("access_denied");
    expect(location.origin + location.pathname + location.search).toBe("https://bask.test/sign-in?from=menu");
  });

  test("leads back to a page of the dashboard on this server, and to all others where the product is", async () => {
    await world.close();
    world = await openWorld({ config: { providers, appUrl: "https://app.example" } });
    for (const [returnTo, page] of [
      ["/dashboard/sign-in?next=%2Faccount", "https://bask.test/dashboard/sign-in?next=%2Faccount"],
      ["/dashboards", "https://app.example/dashboards"],
      ["/", "https://app.example/"],
    ] as const) {
      const started = await start("/auth/oauth/corp", { returnTo });
      const { location, oauth_ticket } = await back(await corp.visit(started.url), started.cookie);
      expect(oauth_ticket).toBeString();
      expect(location.origin + location.pathname + location.search).toBe(page);
    }
  });

  test("after ten minutes leads to nothing", async () => {
    const started = await start();
    const url = await corp.visit(started.url);
    world.time.pass({ minutes: 10 });
    expect(await back(url, started.cookie)).toMatchObject({ oauth_error: "invalid_callback" });
  });

  test("returns to a path of the product only", async () => {
    for (const returnTo of [
      "//evil.example",
      "/\\evil.example",
      "https://evil.example",
      "evil",
      "/a#b",
      "/a b",
      "/\t/e",
      "",
    ])
      await expect(start("/auth/oauth/corp", { returnTo })).rejects.toThrow("VALIDATION_ERROR");
  });
});

describe("a ticket", () => {
  test("works once, also 50 times at once, in two processes", async () => {
    const other = await openWorld({
      databaseUrl: world.app.config.database.url,
      time: world.time,
      config: { providers },
    });
    const { ticket, codeVerifier } = await ticketOf();
    const { won, lost } = await storm(50, (i) => redeem(ticket, codeVerifier, i % 2 ? world : other));
    expect(won).toHaveLength(1);
    expect(new Set(lost)).toEqual(new Set(["INVALID_CHALLENGE"]));
    expect(await accounts("ada@corp.example")).toBe(1);
    await other.close();
  });

  test("creates one account when two of the same person arrive at once", async () => {
    const [first, second] = [await ticketOf(), await ticketOf()];
    await Promise.allSettled([redeem(first.ticket, first.codeVerifier), redeem(second.ticket, second.codeVerifier)]);
    expect(await accounts("ada@corp.example")).toBe(1);
    await signIn();
  });

  test("works for a minute, and only for the page that started", async () => {
    const { ticket, codeVerifier } = await ticketOf();
    await expectRefusal(redeem(ticket, randomBytes(32).toString("base64url")), "INVALID_CHALLENGE");
    world.time.pass({ minutes: 1 });
    await expectRefusal(redeem(ticket, codeVerifier), "INVALID_CHALLENGE");
  });

  test("to link signs no one in, and one to sign in links nothing", async () => {
    const ada = await world.person("Ada");
    const token = ada.bask.tokens()!.accessToken;
    const started = await start("/users/me/identities/start", { provider: "corp" }, token);
    const { oauth_ticket: ticket } = await back(await corp.visit(started.url), started.cookie);
    await expectRefusal(redeem(ticket!, started.codeVerifier), "INVALID_CHALLENGE");
    const body = await ticketOf();
    await expectRefusal(ada.bask.request("POST", "/users/me/identities", { body }), "INVALID_CHALLENGE");
  });
});

describe("linking", () => {
  test("lets the account at the provider sign in to the user's own, and emails its user", async () => {
    const ada = await world.person("Ada");
    await link(ada);
    expect((await (await signIn()).me.get()).id).toBe((await ada.bask.me.get()).id);
    expect(await templates(ada.email)).toContain("identity-linked");
    const { data } = await ada.bask.request<{ data: object[] }>("GET", "/users/me/identities");
    expect(data).toMatchObject([{ provider: "corp", emailAtLink: "ada@corp.example" }]);
  });

  test("asks for a recent proof of identity, and works in that session only", async () => {
    const [ada, eve] = [await world.person("Ada"), await world.person("Eve")];
    world.time.pass({ minutes: 11 });
    const token = ada.bask.tokens()!.accessToken;
    await expect(start("/users/me/identities/start", { provider: "corp" }, token)).rejects.toThrow(
      "REAUTHENTICATION_REQUIRED",
    );
    const identity = { provider: "corp", password: ada.password };
    const started = await start("/users/me/identities/start", identity, token);
    const { oauth_ticket: ticket } = await back(await corp.visit(started.url), started.cookie);
    const body = { ticket, codeVerifier: started.codeVerifier };
    const elsewhere = await world.signIn(ada);
    for (const bask of [eve.bask, elsewhere])
      await expectRefusal(bask.request("POST", "/users/me/identities", { body }), "INVALID_CHALLENGE");
    await ada.bask.request("POST", "/users/me/identities", { body });
  });

  test("takes no account that someone signs in with already", async () => {
    await link(await world.person("Ada"));
    await expectReason(link(await world.person("Eve")), "identity_taken");
  });

  test("is possible for twenty accounts, also when more are linked at once", async () => {
    const ada = await world.person("Ada");
    const linkAnother = async (subject: number) => {
      const body = await providerTicket(world, ada, "link", { issuer: corp.issuer, subject: `${subject}` });
      return ada.bask.request("POST", "/users/me/identities", { body });
    };
    const { won, lost } = await storm(24, linkAnother);
    expect([won.length, lost]).toEqual([20, Array(4).fill("CONFLICT")]);
    await expectReason(linkAnother(99), "too_many_identities");
  });
});

describe("confirming an identity with a provider", () => {
  const path = "/auth/reauthenticate/oauth";
  const rename = { email: "new@corp.example" };

  async function startConfirming({ bask }: Pick<Person, "bask">, provider = "corp") {
    return start(`${path}/start`, { provider }, bask.tokens()!.accessToken);
  }
  async function confirmationOf(person: Pick<Person, "bask">, edit = (url: string) => url) {
    const started = await startConfirming(person);
    const { oauth_ticket: ticket, oauth_error } = await back(await corp.visit(edit(started.url)), started.cookie);
    return { body: { ticket, codeVerifier: started.codeVerifier }, oauth_error };
  }
  const confirm = ({ bask }: Pick<Person, "bask">, body: object) => bask.request("POST", path, { body });

  test("lets who has nothing else do what is sensitive, and demands a new sign-in there", async () => {
    const bask = await signIn();
    world.time.pass({ minutes: 11 });
    await expectRefusal(bask.me.changeEmail(rename), "REAUTHENTICATION_REQUIRED");
    const { url } = await startConfirming({ bask });
    expect(new URL(url).searchParams.get("max_age")).toBe("0");
    const { body } = await confirmationOf({ bask });
    await confirm({ bask }, body);
    await bask.me.changeEmail(rename);
    await expectRefusal(confirm({ bask }, body), "INVALID_CHALLENGE");
    const { data } = await bask.me.listAuditLogs({ action: "session.confirmed" });
    expect(data).toHaveLength(1);
  });

  test("is not possible without a new sign-in where the provider tells of one, and is where it cannot", async () => {
    const bask = await signIn();
    const stripped = await confirmationOf({ bask }, (url) => url.replace("&max_age=0", ""));
    expect(stripped.oauth_error).toBe("provider_failed");
    const mona = await signIn("github");
    world.time.pass({ minutes: 11 });
    const started = await startConfirming({ bask: mona }, "github");
    const { oauth_ticket: ticket } = await back(github.visit(started.url), started.cookie);
    await confirm({ bask: mona }, { ticket, codeVerifier: started.codeVerifier });
    await mona.me.changeEmail(rename);

    await world.close();
    world = await openWorld({ config: { providers }, time: testTime(Date.now()) });
    const later = await signIn();
    world.time.pass({ minutes: 3 });
    expect((await confirmationOf({ bask: later })).oauth_error).toBe("provider_failed");
  });

  test("takes the user's own account there only, in the session that started, and no other kind of ticket", async () => {
    const bask = await signIn();
    const session = await signIn();
    const [ada, other] = [{ bask }, { bask: session }];
    corp.account = { sub: "corp-2", email: "eve@corp.example", email_verified: true };
    const eves = await confirmationOf(ada);
    await expectRefusal(confirm(ada, eves.body), "INVALID_CHALLENGE");
    corp.account = { sub: "corp-1", email: "ada@corp.example", email_verified: true };
    const mine = await confirmationOf(ada);
    await expectRefusal(confirm(other, mine.body), "INVALID_CHALLENGE");
    await expectRefusal(redeem(mine.body.ticket!, mine.body.codeVerifier), "INVALID_CHALLENGE");
    await expectRefusal(bask.request("POST", "/users/me/identities", { body: mine.body }), "INVALID_CHALLENGE");
    await expectRefusal(confirm(ada, await ticketOf()), "INVALID_CHALLENGE");
    await confirm(ada, mine.body);
  });

  test("asks for the second factor too, and a wrong code uses nothing", async () => {
    const bask = await signIn();
    const { secret } = await bask.twoFactor.setup({});
    await bask.twoFactor.verify({ code: codeOf(secret, world.time) });
    world.time.pass({ minutes: 11 });
    const { body } = await confirmationOf({ bask });
    await expectRefusal(confirm({ bask }, body), "TWO_FACTOR_REQUIRED");
    await expectRefusal(confirm({ bask }, { ...body, twoFactorCode: "000000" }), "INVALID_TWO_FACTOR_CODE");
    await confirm({ bask }, { ...body, twoFactorCode: codeOf(secret, world.time) });
    expect((await bask.sessions.list()).data[0]).toMatchObject({ twoFactor: true });
  });
});

describe("unlinking", () => {
  const unlink = ({ bask }: Pick<Person, "bask">, id: string) =>
    bask.request("DELETE", `/users/me/identities/${id}`, { body: {} });

  test("ends other sessions, emails its user, and the account signs in no more", async () => {
    const ada = await world.person("Ada");
    const { id } = await link(ada);
    const other = await signIn();
    await unlink(ada, id);
    await expectRefusal(other.me.get(), "UNAUTHORIZED");
    expect(await templates(ada.email)).toContain("identity-unlinked");
    const stranger = await signIn();
    expect((await stranger.me.get()).id).not.toBe((await ada.bask.me.get()).id);
    await expectRefusal(unlink(await world.person("Eve"), id), "NOT_FOUND");
  });

  test("never removes the last way in, but a provider that is gone is none", async () => {
    const bask = await signIn();
    const { data } = await bask.request<{ data: { id: string }[] }>("GET", "/users/me/identities");
    await expectReason(unlink({ bask }, data[0]!.id), "last_way_in");
    await enroll(bask, newAuthenticator());
    await unlink({ bask }, data[0]!.id);
    const { data: passkeys } = await bask.passkeys.list();
    await expectReason(bask.passkeys.remove(passkeys[0]!.id), "last_way_in");
  });
});

describe("a provider that is down", () => {
  test("is said to be, and other ways of signing in go on", async () => {
    const ada = await world.person("Ada");
    github.fails = true;
    const started = await start("/auth/oauth/github");
    expect(await back(github.visit(started.url), started.cookie)).toMatchObject({ oauth_error: "provider_failed" });
    await world.close();
    providers[0] = { ...providers[0]!, issuer: "http://127.0.0.1:9" };
    world = await openWorld({ config: { providers } });
    await expect(start()).rejects.toThrow("UNAVAILABLE");
    const bea = await world.person("Bea");
    await world.signIn(bea);
    expect(ada.email).toBeString();
  });
});
