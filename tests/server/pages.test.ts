import { beforeAll, describe, expect, test } from "bun:test";
import { hash } from "node:crypto";
import { emailTemplates } from "../../src/mail/templates";
import { expectRefusal } from "../support/expect";
import { unverifiedPerson } from "../support/unverified";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
beforeAll(async () => {
  world = await openWorld({ config: { emailVerification: "required" } });
  ada = await unverifiedPerson(world, "Ada");
  await world.visitor.auth.resendVerification({ email: ada.email });
});

const paths = [
  ...new Set(Object.values(emailTemplates).flatMap((message) => ("path" in message ? [message.path!] : []))),
];
const between = (text: string, start: string, end: string) => text.split(start)[1]!.split(end)[0]!;

/** Opens the link of a letter as a browser does, fills the form in and submits it; gives what the page says then. */
async function open(link: string, typed: Record<string, string>): Promise<string> {
  const { pathname, hash } = new URL(link);
  const page = await (await world.fetch(pathname)).text();
  const names = [...page.matchAll(/<input name="(\w+)"/g)].map(([, name]) => name!);
  const form = {
    elements: names.map((name) => ({ name, value: typed[name] ?? "" })),
    dataset: {
      to: between(page, 'data-to="', '"'),
      done: between(page, 'data-done="', '"'),
      signIn: page.includes("data-sign-in") ? "yes" : undefined,
    },
    onsubmit: async (_: { preventDefault(): void }) => {},
  };
  const output = { textContent: "" };
  const document = { querySelector: (name: string) => (name === "form" ? form : output) };
  const send = (path: string, init: RequestInit) =>
    world.fetch(new URL(path, `https://bask.test${pathname}`).pathname, init);
  const script = between(page, "<script>", "</script>");
  new Function("document", "location", "history", "fetch", script)(
    document,
    { hash, pathname },
    { replaceState() {} },
    send,
  );
  await form.onsubmit({ preventDefault() {} });
  return output.textContent;
}

const linkTo = async (email: string, template: string) =>
  (await world.emailsTo(email)).findLast((message) => message.template === template)!.link!;

describe("the pages that letters link to", () => {
  test("are all there, load nothing, and run only the script their policy names", async () => {
    expect(paths.length).toBeGreaterThan(3);
    for (const path of paths) {
      const response = await world.fetch(path);
      const page = await response.text();
      expect([path, response.status, response.headers.get("content-type")]).toEqual([
        path,
        200,
        "text/html; charset=utf-8",
      ]);
      const policy = response.headers.get("content-security-policy")!;
      for (const [kind, tag] of [
        ["script-src", "script"],
        ["style-src", "style"],
      ] as const) {
        const text = between(page, `<${tag}>`, `</${tag}>`);
        expect(policy).toContain(`${kind} 'sha256-${hash("sha256", text, "base64")}';`);
      }
      expect(policy).toStartWith("default-src 'none';");
      expect(page).not.toMatch(/(src|href|action)=|@import|url\(|<(link|img|iframe)/);
    }
  });

  test("confirm an address for who knows the password", async () => {
    const link = await linkTo(ada.email, "verify-email");
    expect(await open(link, { password: "wrong" })).toBe("Incorrect password.");
    expect(await ada.bask.users.me()).toMatchObject({ emailVerified: false });
    expect(await open(link, { password: ada.password })).toBe("The address is confirmed.");
    expect(await ada.bask.users.me()).toMatchObject({ emailVerified: true });
    expect(await open(link, { password: ada.password })).toStartWith("This email is already verified");
  });

  test("accept an invitation, and leave nobody signed in", async () => {
    const bea = await world.person("Bea");
    const { id } = await ada.bask.organizations.create({ name: "Analytical Engines" });
    await ada.bask.invitations.create(id, { email: bea.email, role: "member" });
    const { email, password } = bea;
    const before = (await bea.bask.users.sessions()).data.length;
    expect(await open(await linkTo(email, "invitation"), { email, password })).toBe(
      "You belong to the organization now.",
    );
    expect((await bea.bask.organizations.list()).data).toMatchObject([{ id, role: "member" }]);
    expect((await bea.bask.users.sessions()).data).toHaveLength(before);
  });

  test("set a new password, and say what is wrong with one that is refused", async () => {
    await world.visitor.auth.forgotPassword({ email: ada.email });
    const link = await linkTo(ada.email, "reset-password");
    expect(await open(link, { password: "short" })).toBe("password must have at least 8 characters");
    const password = "a new and long password";
    expect(await open(link, { password })).toBe("The password is changed. Sign in with it.");
    ada = { ...ada, password, bask: await world.signIn({ ...ada, password }) };
  });

  test("take an account back", async () => {
    await ada.bask.users.changeEmail({ email: "thief@example.com" });
    await ada.bask.auth.verifyEmail({ token: await world.tokenTo("thief@example.com", "change-email") });
    expect(await open(await linkTo(ada.email, "email-changed"), {})).toStartWith("The account is yours again.");
    await expectRefusal(ada.bask.auth.refresh(), "INVALID_REFRESH_TOKEN");
    expect((await (await world.signIn(ada)).users.me()).email).toBe(ada.email);
  });
});
