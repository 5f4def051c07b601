import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { createElement as h, type ReactNode, StrictMode } from "react";
import { renderToString } from "react-dom/server";
import type { ClientOptions, User } from "../../src/sdk/client";
import { systemClock } from "../../src/sdk/clock";
import {
  BaskProvider,
  type ListQuery,
  type Mutation,
  type Query,
  type SessionState,
  type SignIn,
  useApiKeys,
  useList,
  useMembers,
  useMutation,
  useOrganization,
  useOrganizations,
  useQuery,
  useSession,
  useSignIn,
  useSignOut,
} from "../../src/sdk/react";
import { codeOf } from "../support/authenticator";
import { type Bask, createClient } from "../support/client";
import { openPage, type TestPage } from "../support/react";
import { failure, json, memoryStorage, network } from "../support/sdk";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let organization: string;
let page: TestPage;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  organization = (await ada.bask.organizations.create({ name: "Acme" })).id;
});
beforeEach(async () => {
  page = await openPage();
});
afterEach(() => page.close());
afterAll(() => world.close());

const clientOf = (options: Partial<ClientOptions> = {}): Bask =>
  createClient({ url: world.url, retries: 0, clock: { ...systemClock, now: world.time.now }, ...options });
const adas = () => clientOf({ tokens: ada.bask.tokens() });

/** Shows a component that uses a hook, and gives what the hook returned last. */
async function use<T>(hook: () => T, client: Bask, wrap = (node: ReactNode) => node, initialUser?: User) {
  const seen: T[] = [];
  function Component() {
    seen.push(hook());
    return null;
  }
  const node = () => wrap(h(BaskProvider, { client, initialUser }, h(Component)));
  const { render } = await page.show(node());
  return {
    seen,
    now: () => seen.at(-1)!,
    rerender: () => render(node()),
    unmount: () => render(null),
    settle: (isDone: (value: T) => boolean) => page.settle(() => isDone(seen.at(-1)!)),
  };
}

describe("a query", () => {
  test("is loading, then there", async () => {
    const view = await use(() => useOrganization(organization), adas());
    expect(view.seen[0]).toMatchObject({ data: undefined, isLoading: true });
    await view.settle(({ data }) => data !== undefined);
    expect(view.now()).toMatchObject({ data: { name: "Acme" }, error: undefined, isLoading: false, isFetching: false });
  });

  test("is loaded once for all components that show it, also in strict mode", async () => {
    const { fetch, sent } = network(() => json({ id: "org_1" }));
    const both = () => [useOrganization("org_1"), useOrganization("org_1")] as const;
    const view = await use(both, clientOf({ fetch, apiKey: "bsk" }), (node) => h(StrictMode, null, node));
    await view.settle(([first, second]) => first.data !== undefined && first.data === second.data);
    expect(sent).toHaveLength(1);
  });

  test("waits for what it needs, and follows it", async () => {
    const { fetch, sent } = network(({ path }) => json({ id: path.split("/").at(-1) }));
    let id: string | undefined;
    const view = await use(() => useOrganization(id), clientOf({ fetch, apiKey: "bsk" }));
    expect([view.now().isLoading, sent.length]).toEqual([false, 0]);
    for (id of ["org_1", "org_2"]) {
      await view.rerender();
      await view.settle(({ data }) => data?.id === id);
    }
  });

  test("keeps what it showed when loading it again fails, and says why", async () => {
    let fails = false;
    const { fetch } = network(() => (fails ? failure(503, "UNAVAILABLE") : json({ id: "org_1" })));
    const view = await use(() => useOrganization("org_1"), clientOf({ fetch, apiKey: "bsk" }));
    await view.settle(({ data }) => data !== undefined);
    fails = true;
    await page.act(() => view.now().refetch());
    expect(view.now()).toMatchObject({ data: { id: "org_1" }, error: { code: "UNAVAILABLE" }, isFetching: false });
    fails = false;
    await page.act(() => view.now().refetch());
    expect(view.now().error).toBeUndefined();
  });

  test("shows the latest answer, whatever arrives last", async () => {
    const answers = [Promise.withResolvers<Response>(), Promise.withResolvers<Response>()];
    const { fetch } = network((_, i) => answers[i]!.promise);
    const view = await use(() => useOrganization("org_1"), clientOf({ fetch, apiKey: "bsk" }));
    const again = page.act(() => view.now().refetch());
    answers[1]!.resolve(json({ id: "new" }));
    await again;
    answers[0]!.resolve(json({ id: "old" }));
    await page.act(() => new Promise((resolve) => setTimeout(resolve, 1)));
    expect(view.now().data?.id).toBe("new");
  });
});

describe("a list", () => {
  test("is loaded page by page, and again as far as it was", async () => {
    for (let i = 0; i < 5; i++) await ada.bask.apiKeys.create(organization, { name: `Key ${i}` });
    const view = await use(() => useApiKeys(organization, { limit: 2 }), adas());
    await view.settle(({ items }) => items.length === 2);
    expect(view.now().hasMore).toBe(true);
    await page.act(() => view.now().loadMore());
    expect(view.now().items).toHaveLength(4);
    await page.act(() => view.now().refetch());
    expect(view.now().items).toHaveLength(4);
    await page.act(() => view.now().loadMore());
    expect([view.now().items.length, view.now().hasMore]).toEqual([5, false]);
    expect(new Set(view.now().items.map(({ id }) => id)).size).toBe(5);
  });

  test("asks for a page once, however often it is wanted", async () => {
    const { fetch, sent } = network(({ path }) =>
      json({ data: [path], nextCursor: path.includes("cursor") ? null : "2" }),
    );
    const view = await use(() => useMembers("org_1"), clientOf({ fetch, apiKey: "bsk" }));
    await view.settle(({ items }) => items.length === 1);
    await page.act(() => Promise.all([view.now().loadMore(), view.now().loadMore(), view.now().loadMore()]));
    expect(sent).toHaveLength(2);
  });
});

describe("a mutation", () => {
  interface Both {
    keys: ListQuery<{ name: string }>;
    create: Mutation<"apiKeys.create">;
  }
  const both = (): Both => ({ keys: useApiKeys(organization), create: useMutation("apiKeys.create") });

  test("tells how it goes, and what is shown is loaded again", async () => {
    const gate = Promise.withResolvers<void>();
    const client = clientOf({
      tokens: ada.bask.tokens(),
      async fetch(url, init) {
        if (init.method === "POST") await gate.promise;
        return fetch(url, init);
      },
    });
    const view = await use(both, client);
    await view.settle(({ keys }) => !keys.isLoading);
    const before = view.now().keys.items.length;
    await page.act(async () => view.now().create.mutate(organization, { name: "New" }));
    expect(view.now().create.isPending).toBe(true);
    gate.resolve();
    await view.settle(({ create }) => !create.isPending);
    expect(view.now().create).toMatchObject({ isPending: false, data: { name: "New", key: expect.any(String) } });
    await view.settle(({ keys }) => keys.items.length === before + 1);
  });

  test("that fails has its error in its state, until it is reset", async () => {
    const view = await use(both, adas());
    await page.act(async () => view.now().create.mutate(organization, { name: "" }));
    await view.settle(({ create }) => create.error !== undefined);
    expect(view.now().create).toMatchObject({ isPending: false, error: { code: "VALIDATION_ERROR" } });
    await page.act(async () => view.now().create.reset());
    expect(view.now().create.error).toBeUndefined();
  });

  test("may be shown before the server confirms it, and is undone when it fails", async () => {
    const gate = Promise.withResolvers<Response>();
    const { fetch } = network(({ method }) =>
      method === "PATCH" ? gate.promise : json({ id: "usr_1", fullName: "Ada" }),
    );
    const hook = () => ({
      me: useQuery("me.get", []),
      rename: useMutation("me.update", {
        optimistic: (patch, input) =>
          patch("me.get", [], (user) => ({ ...user, fullName: input?.fullName ?? user.fullName })),
      }),
    });
    const view = await use(hook, clientOf({ fetch, apiKey: "bsk" }));
    await view.settle(({ me }) => me.data !== undefined);
    await page.act(async () => view.now().rename.mutate({ fullName: "Ada Lovelace" }));
    expect(view.now().me.data?.fullName).toBe("Ada Lovelace");
    await page.act(async () => gate.resolve(failure(422, "VALIDATION_ERROR")));
    await view.settle(({ rename }) => rename.error !== undefined);
    expect(view.now().me.data?.fullName).toBe("Ada");
  });

  test("may say what it changes, and nothing else is loaded again", async () => {
    const { fetch, sent } = network(({ path }) => json(path.endsWith("keys") ? { data: [], nextCursor: null } : {}));
    const hook = () => ({
      keys: useApiKeys("org_1"),
      organization: useOrganization("org_1"),
      disable: useMutation("apiKeys.disable", { invalidates: ["apiKeys"] }),
    });
    const view = await use(hook, clientOf({ fetch, apiKey: "bsk" }));
    await view.settle(({ keys, organization }) => !keys.isLoading && !organization.isLoading);
    sent.length = 0;
    await page.act(() => view.now().disable.mutateAsync("org_1", "key_1"));
    await view.settle(({ keys }) => !keys.isFetching);
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /organizations/org_1/api-keys/key_1/disable",
      "GET /organizations/org_1/api-keys",
    ]);
  });
});

describe("the session", () => {
  interface Page {
    session: SessionState;
    signIn: SignIn;
    signOut: Mutation<"auth.logout">;
    organizations: ListQuery<{ name: string }>;
  }
  const whole = (): Page => ({
    session: useSession(),
    signIn: useSignIn(),
    signOut: useSignOut(),
    organizations: useOrganizations(),
  });

  test("is followed through sign-in and sign-out, and nothing of one user is shown to another", async () => {
    const eve = await world.person("Eve");
    const view = await use(whole, clientOf({ storage: memoryStorage() }));
    expect(view.now().session).toMatchObject({ status: "signed-out", user: undefined });
    await page.act(() => view.now().signIn.submit({ email: ada.email, password: ada.password }));
    await view.settle(({ session, organizations }) => session.status === "signed-in" && organizations.items.length > 0);
    expect(view.now()).toMatchObject({ session: { user: { email: ada.email } }, signIn: { step: "done" } });
    await page.act(async () => view.now().signOut.mutate());
    await view.settle(({ session }) => session.status === "signed-out");
    expect(view.now().organizations.items).toEqual([]);
    await page.act(() => view.now().signIn.submit({ email: eve.email, password: eve.password }));
    await view.settle(({ session }) => session.user?.email === eve.email);
    expect(
      view.seen.every(
        ({ session, organizations }) => session.user?.email !== eve.email || organizations.items.length === 0,
      ),
    ).toBe(true);
  });

  test("begins with a second factor in a step of its own, in which a wrong code can be corrected", async () => {
    const bob = await world.person("Bob");
    const { secret } = await bob.bask.twoFactor.setup({ password: bob.password });
    await bob.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
    world.time.pass({ seconds: 30 });
    const view = await use(whole, clientOf());
    await page.act(() => view.now().signIn.submit({ email: bob.email, password: "wrong password" }));
    expect(view.now().signIn).toMatchObject({ step: "credentials", error: { code: "INVALID_CREDENTIALS" } });
    await page.act(() => view.now().signIn.submit({ email: bob.email, password: bob.password }));
    expect(view.now().signIn).toMatchObject({ step: "two-factor", error: undefined, isPending: false });
    await page.act(() => view.now().signIn.submitCode("000000"));
    expect(view.now().signIn).toMatchObject({ step: "two-factor", error: { code: "INVALID_TWO_FACTOR_CODE" } });
    await page.act(() => view.now().signIn.submitCode(codeOf(secret, world.time), { trustDevice: true }));
    expect(view.now().signIn).toMatchObject({ step: "done", result: { deviceToken: expect.any(String) } });
    await view.settle(({ session }) => session.user?.email === bob.email);
  });

  test("is asked for anew where the second factor came too late", async () => {
    const cleo = await world.person("Cleo");
    const { secret } = await cleo.bask.twoFactor.setup({ password: cleo.password });
    await cleo.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
    const view = await use(whole, clientOf());
    await page.act(() => view.now().signIn.submit({ email: cleo.email, password: cleo.password }));
    world.time.pass({ minutes: 6 });
    await page.act(() => view.now().signIn.submitCode(codeOf(secret, world.time)));
    expect(view.now().signIn).toMatchObject({ step: "credentials", error: { code: "INVALID_CHALLENGE" } });
  });

  test("is one sign-in for Enter and a click at once", async () => {
    const { fetch, sent } = network(() => new Promise<Response>(() => {}));
    const view = await use(useSignIn, clientOf({ fetch }));
    await page.act(async () => {
      void view.now().submit({ email: "a@example.com", password: "p" });
      void view.now().submit({ email: "a@example.com", password: "p" });
    });
    expect(sent).toHaveLength(1);
  });

  test("that the server ended is over on the page too", async () => {
    const view = await use(whole, clientOf({ tokens: (await world.signIn(ada)).tokens() }));
    await view.settle(({ session }) => session.status === "signed-in");
    await ada.bask.sessions.revokeOthers();
    await page.act(() => view.now().session.refetch());
    expect(view.now().session).toMatchObject({ status: "signed-out", user: undefined });
  });
});

describe("on a server", () => {
  function Greeting() {
    const { status, user } = useSession();
    const { items } = useOrganizations();
    return h("p", null, status, " ", user?.fullName ?? "nobody", " ", items.length);
  }
  const render = (client: Bask, initialUser?: User) => h(BaskProvider, { client, initialUser }, h(Greeting));
  const text = (html: string) => html.replaceAll("<!-- -->", "");

  test("nothing is requested, and the page goes on with what was rendered", async () => {
    const { fetch, sent } = network(() => json({ data: [], nextCursor: null }));
    const html = renderToString(render(clientOf({ fetch, cookie: true })));
    expect([text(html), sent.length]).toEqual(["<p>loading nobody 0</p>", 0]);
    for (const client of [clientOf({ cookie: true }), adas(), clientOf()]) {
      const { differences } = await page.hydrate(html, render(client));
      expect(differences).toEqual([]);
    }
  });

  test("a user whom it knows is in the first picture", async () => {
    const user = await ada.bask.me.get();
    const html = renderToString(render(clientOf({ cookie: true }), user));
    expect(text(html)).toBe("<p>signed-in Ada Example 0</p>");
    const { element, differences } = await page.hydrate(html, render(adas(), user));
    expect([element.textContent, differences]).toEqual([expect.stringContaining("signed-in Ada Example"), []]);
  });
});

test("a hook outside of a provider says what is missing", () => {
  const Outside = () => {
    useQuery("me.get", []);
    return null;
  };
  expect(() => renderToString(h(Outside))).toThrow("BaskProvider");
});

test("queries of any method are typed by it", () => {
  const typed = () => {
    const query: Query<User> = useQuery("me.get", []);
    const list: ListQuery<{ action: string }> = useList("auditLogs.list", ["org_1", { action: "session.*" }]);
    // @ts-expect-error an organization has an id
    useQuery("organizations.get", []);
    // @ts-expect-error a profile is not a list
    useList("me.get", []);
    return [query, list];
  };
  expect(typed).toBeFunction();
});
