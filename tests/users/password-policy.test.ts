import { describe, expect, test } from "bun:test";
import { refusalOf } from "../support/expect";
import { openWorld } from "../support/world";

describe("a new password", () => {
  test("is as long as the installation asks for", async () => {
    const world = await openWorld({ config: { passwordMinLength: 15 } });
    const register = (password: string) =>
      world.visitor.auth.register({ email: "ada@example.com", password, fullName: "Ada" });
    expect((await refusalOf(register("fourteen chars"))).details).toEqual([
      { path: "password", message: expect.stringContaining("15") },
    ]);
    await register("fifteen symbols");
  });

  test("that is weak is refused on each way to set one: registration, change and reset", async () => {
    const world = await openWorld();
    const ada = await world.person("Ada");
    await ada.bask.organizations.create({ name: "Analytical Engines" });
    const change = (newPassword: string) => ada.bask.me.changePassword({ currentPassword: ada.password, newPassword });
    await world.visitor.auth.forgotPassword({ email: ada.email });
    const token = await world.tokenTo(ada.email, "reset-password");
    const reset = (password: string) => world.visitor.auth.resetPassword({ token, password });
    const register = (password: string) =>
      world.visitor.auth.register({ email: "bea@example.com", password, fullName: "Bea" });
    for (const [set, weak] of [
      [register, "football"],
      [change, "football"],
      [reset, "football"],
      [change, "analyticalengines1"],
      [reset, "analyticalengines1"],
    ] as const)
      expect([weak, (await refusalOf(set(weak))).code]).toEqual([weak, "VALIDATION_ERROR"]);
    await reset("none of these words");
  });
});
