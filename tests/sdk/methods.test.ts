import { describe, expect, test } from "bun:test";
import { withAdmin } from "../../src/sdk/admin";
import { createClient } from "../../src/sdk/client";
import { methods } from "../../src/sdk/methods";
import { routes } from "../../src/server/routes";

/** Calls of machines of others, and what browsers send on their own. */
const withoutMethod = ["POST /api-keys/leaks/github", "POST /auth/device-binding", "POST /auth/device-binding/proof"];
/** Methods that do more than to send one request. */
const composed = ["auth.refresh", "auth.loginWithPasskey", "passkeys.create"];

const address = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;

describe("the methods of the SDK", () => {
  test("reach every route, each by exactly one", () => {
    const named = Object.values(methods).toSorted();
    expect(named).toEqual([...new Set(named)]);
    // Apps call the routes of OAuth by libraries of their own.
    const expected = routes
      .filter(({ oauth }) => !oauth)
      .map(address)
      .filter((route) => !withoutMethod.includes(route));
    expect(named).toEqual(expected.toSorted() as typeof named);
  });

  test.each(Object.entries(methods).filter(([name]) => !composed.includes(name)))(
    "%s sends %s",
    async (name, route) => {
      const sent: string[] = [];
      const client = createClient({
        url: "http://bask.test",
        apiKey: "bsk_test_x",
        async fetch(url, { method }) {
          sent.push(`${method} ${new URL(url).pathname}`);
          return new Response(null, { status: 204 });
        },
      });
      withAdmin(client);
      const method = name.split(".").reduce((node, key) => (node as Record<string, unknown>)[key], client as unknown);
      const parameters = [...route.matchAll(/:(\w+)/g)].map(([, parameter]) => `a ${parameter}`);
      await (method as (...given: unknown[]) => Promise<unknown>)(...parameters);
      expect(sent).toEqual([route.replace(/:(\w+)/g, "a%20$1").replace(" /", " /api/v1/")]);
    },
  );

  test("refuse what would lead to another route", async () => {
    const sent: string[] = [];
    const client = createClient({
      url: "http://bask.test",
      async fetch(url) {
        sent.push(url);
        return new Response(null, { status: 204 });
      },
    });
    for (const id of ["", ".", "..", undefined as unknown as string])
      expect(() => client.organizations.delete(id)).toThrow(TypeError);
    expect(sent).toEqual([]);
    await client.organizations.delete("../users/me");
    expect(sent).toEqual(["http://bask.test/api/v1/organizations/..%2Fusers%2Fme"]);
  });
});
