import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { walkTour } from "../support/tour";

const readme = await Bun.file(join(import.meta.dir, "../../README.md")).text();

describe("the README", () => {
  test("shows what its commands print when they are typed in order", async () => {
    expect(await walkTour(readme)).toBe(readme);
  });
});
