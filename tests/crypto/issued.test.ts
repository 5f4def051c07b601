import { expect, test } from "bun:test";
import { openIssued } from "../../src/crypto/issued";

const texts = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix} ${i}`);

test("what was issued is known, and nothing else", () => {
  const issued = openIssued();
  for (const text of texts("issued", 100)) issued.add(text);
  expect(texts("issued", 100).filter((text) => !issued.has(text)).length).toBeLessThan(5); // a place can be taken by another
  for (const text of [...texts("never", 1_000), "", "issued", "issued 1 ", "ISSUED 1"])
    expect(issued.has(text)).toBe(false);
});

test("a table that is full forgets, and takes none for another", () => {
  const issued = openIssued(4);
  for (const text of texts("issued", 1_000)) {
    issued.add(text);
    expect(issued.has(text)).toBe(true);
  }
  const left = texts("issued", 1_000).filter((text) => issued.has(text));
  expect(left.length).toBeGreaterThan(0);
  expect(left.length).toBeLessThanOrEqual(4);
  expect(texts("never", 1_000).some((text) => issued.has(text))).toBe(false);
});
