import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { walkTour, watchStart } from "../support/tour";

const readme = await Bun.file(join(import.meta.dir, "../../README.md")).text();

describe("the README", () => {
  test("shows what the start prints", async () => {
    expect(await watchStart(readme)).toBe(readme);
  });

  test("shows what its commands print when they are typed in order", async () => {
    expect(await walkTour(readme)).toBe(readme);
  });
});
