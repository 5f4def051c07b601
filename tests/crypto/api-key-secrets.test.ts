import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { apiKeyHash, displayPrefix, isApiKey, newApiKey } from "../../src/crypto/api-key-secrets";
import { openWorld } from "../support/world";

const characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

describe("an API key", () => {
  test("is bsk_, its environment, 30 random characters and 6 of checksum", () => {
    for (const environment of ["live", "test"] as const) {
      const key = newApiKey(environment);
      expect(key).toMatch(new RegExp(`^bsk_${environment}_[0-9A-Za-z]{36}$`));
      expect(isApiKey(key)).toBe(true);
      expect(displayPrefix(key)).toBe(key.slice(0, 13));
    }
  });

  test("uses every character equally often", () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 4_000; i++)
      for (const character of newApiKey("live").slice(9, 39)) counts.set(character, (counts.get(character) ?? 0) + 1);
    expect(counts.size).toBe(62);
    const expected = (4_000 * 30) / 62;
    for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(expected * 0.2);
  });

  test("with one character changed anywhere is invalid", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 44 }), fc.constantFrom(...characters), (position, character) => {
        const key = newApiKey("test");
        fc.pre(key[position] !== character);
        return !isApiKey(key.slice(0, position) + character + key.slice(position + 1));
      }),
    );
  });

  test("with a wrong checksum needs no lookup in the database", async () => {
    const world = await openWorld();
    const looked: unknown[] = [];
    const { principals } = world.app;
    const get = principals.get;
    principals.get = (key) => {
      looked.push(key);
      return get(key);
    };
    const right = newApiKey("live");
    const wrong = right.slice(0, -1) + (right.endsWith("0") ? "1" : "0");
    for (const key of [wrong, right])
      expect((await world.fetch("/whoami", { headers: { "X-API-Key": key } })).status).toBe(401);
    expect(looked).toEqual([{ hash: apiKeyHash(right) }]);
    await world.close();
  });

  test("that was damaged on its way is called so, and not unknown", async () => {
    const world = await openWorld();
    const key = newApiKey("live");
    const reason = async (headers: Record<string, string>) => {
      const { error } = (await (await world.fetch("/whoami", { headers })).json()) as { error: Record<string, string> };
      expect(error.code).toBe("INVALID_API_KEY");
      return error.reason;
    };
    const damaged = [`"${key}"`, `'${key}'`, `KEY=${key}`, `\u00ef\u00bb\u00bf${key}`, key.slice(0, -1), `${key}x`];
    for (const text of damaged) {
      expect(await reason({ "X-API-Key": text })).toBe("malformed_key");
      expect(await reason({ Authorization: `Bearer ${text}` })).toBe("malformed_key");
    }
    expect(await reason({ "X-API-Key": `Bearer ${key}` })).toBe("malformed_key");
    expect(await reason({ "X-API-Key": key })).toBeUndefined();
    await world.close();
  });
});
