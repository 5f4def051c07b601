import { beforeAll, describe, expect, test } from "bun:test";
import { openWorld, type Person, type World } from "../support/world";

const curl = { "User-Agent": "curl/8.5.0", Accept: "*/*" };

let world: World;
let ada: Person;
let token: Record<string, string>;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  token = { Authorization: `Bearer ${ada.bask.tokens()!.accessToken}` };
});

async function get(path: string, headers: Record<string, string>, init: RequestInit = {}) {
  const response = await world.fetch(path, { ...init, headers: { ...token, ...headers } });
  return { response, text: await response.text(), length: Number(response.headers.get("content-length")) };
}

describe("JSON for a person at a shell", () => {
  test.each(["/users/me", "/organizations", "/users/nothing", "/health", "/", "/openapi.json"])(
    "ends with one newline: %s",
    async (path) => {
      const { text, length } = await get(path, curl);
      expect(text).toMatch(/\}\n$/);
      expect(length).toBe(Buffer.byteLength(text));
      const head = await get(path, curl, { method: "HEAD" });
      expect([head.text, head.length]).toEqual(["", length]);
    },
  );

  test("is the JSON of everyone, with nothing added but the newline", async () => {
    const typed = await get("/users/me", curl);
    const program = await get("/users/me", { Accept: "*/*" });
    expect(typed.text).toBe(`${program.text}\n`);
    expect(program.length).toBe(Buffer.byteLength(program.text));
    const headers = ({ response }: typeof typed) =>
      [...response.headers.keys()].filter((name) => name !== "content-length");
    expect(headers(typed)).toEqual(headers(program));
    expect(typed.response.headers.get("content-type")).toBe(program.response.headers.get("content-type"));
  });

  test("is not what other programs get, nor a curl that says what it accepts", async () => {
    for (const headers of [
      { "User-Agent": "Bun/1.4", Accept: "*/*" },
      { "User-Agent": "my-curl/1", Accept: "*/*" },
      { ...curl, Accept: "application/json" },
      { ...curl, Accept: "application/problem+json" },
    ]) {
      expect((await get("/users/me", headers)).text).toEndWith("}");
      expect((await get("/users/nothing", headers)).text).toEndWith("}");
    }
  });

  test("leaves an answer without a body empty", async () => {
    const { id } = await ada.bask.organizations.create({ name: "Empty" });
    const { response, text } = await get(`/organizations/${id}`, curl, { method: "DELETE" });
    expect([response.status, text]).toEqual([204, ""]);
  });

  test("is not kept with an answer that is repeated", async () => {
    const create = (key: string, headers: Record<string, string>) =>
      get(
        "/organizations",
        { "Content-Type": "application/json", "Idempotency-Key": key, ...headers },
        { method: "POST", body: '{"name":"Acme"}' },
      );
    const program = { "User-Agent": "Bun/1.4" };
    const answers = [
      await create("typed-first", curl),
      await create("typed-first", program),
      await create("program-first", program),
      await create("program-first", curl),
    ];
    expect(answers.map(({ text }) => text.at(-1))).toEqual(["\n", "}", "}", "\n"]);
    expect(answers.map(({ response }) => response.headers.get("idempotent-replayed"))).toEqual([
      null,
      "true",
      null,
      "true",
    ]);
    const [first, second, third, fourth] = answers.map(({ text }) => text.trim());
    expect([first, third]).toEqual([second, fourth]);
  });
});
