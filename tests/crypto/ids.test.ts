import { expect, test } from "bun:test";
import fc from "fast-check";
import { idBytes, idFromBytes, isId, newId } from "../../src/ids";

test("an id is a prefix and 26 characters, and nothing else is valid", () => {
  const id = newId("usr", Date.parse("2026-03-02T09:00:00Z"));
  expect(id).toMatch(/^usr_[0-9a-hjkmnp-tv-z]{26}$/);
  expect(isId("usr", id)).toBe(true);
  for (const other of [
    id.toUpperCase(),
    id.slice(1),
    `${id}0`,
    id.replace("usr", "org"),
    `usr_${"i".repeat(26)}`,
    `usr_8${"0".repeat(25)}`,
  ]) {
    expect(isId("usr", other)).toBe(false);
  }
});

test("ids created later sort later", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 47 }),
      fc.integer({ min: 1, max: 2 ** 46 }),
      (time, later) => newId("key", time) < newId("key", time + later),
    ),
  );
});

test("an id and its 16 bytes convert to each other", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const id = idFromBytes("ses", bytes);
      return isId("ses", id) && Buffer.compare(idBytes(id), bytes) === 0;
    }),
  );
});
