import { beforeAll, describe, expect, test } from "bun:test";
import { openWorld, type World } from "../support/world";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});

describe("login", () => {
  test("gives a pair of tokens that says who one is", async () => {
    const ada = await world.person("Ada");
    expect(await ada.bask.users.me()).toMatchObject({
      email: "ada@example.com",
      fullName: "Ada Example",
      twoFactorEnabled: false,
    });
  });
});
