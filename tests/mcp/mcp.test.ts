import { beforeAll, describe, expect, test } from "bun:test";
import { organizations } from "../../src/db/tables";
import { resultOf } from "../../src/mcp/results";
import { bearer, connectAgent, revisions, sendMessage, useTool } from "../support/mcp";
import { sendRaw, statusOf } from "../support/socket";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let organization: string;
beforeAll(async () => {
  world = await openWorld({ config: { corsOrigins: ["https://app.example.com"] } });
  ada = await world.person("Ada");
  organization = (await ada.bask.organizations.create({ name: "Analytical Engines" })).id;
  await world.app.db.write(async (tx) => void (await tx.update(organizations).set({ plan: "enterprise" })));
});

const create = (input: object = {}) => ada.bask.apiKeys.create(organization, { name: "Agent", ...input });
const agent = async (...scopes: string[]) => connectAgent(world.url, bearer((await create({ scopes })).key));
const send = (headers: Record<string, string>, method: string, params: object = {}) =>
  sendMessage(world.url, headers, { jsonrpc: "2.0", id: 1, method, params });
const errorOf = async (response: Response) => ((await response.json()) as { error: Record<string, unknown> }).error;

describe("the official client", () => {
  for (const revision of revisions) {
    test(`at ${revision} finds the tools of its scopes and uses them`, async () => {
      const { key, id } = await create({ scopes: ["organization:read", "members:read"] });
      const client = await connectAgent(world.url, bearer(key), revision);
      expect(client.getNegotiatedProtocolVersion()).toBe(revision);
      expect(client.getInstructions()).toContain(organization);

      const names = (await client.listTools()).tools.map(({ name }) => name);
      expect(names.sort()).toEqual([
        "deriveToken",
        "getOrganization",
        "getOwnershipTransfer",
        "getPlan",
        "listMembers",
        "whoami",
      ]);
      expect((await useTool(client, "whoami")).value).toMatchObject({ type: "api_key", keyId: id });
      const { value } = await useTool(client, "listMembers", { id: organization, limit: 1 });
      expect(value).toMatchObject({ data: [{ role: "owner" }] });
    });
  }

  test("is told what each tool does to the data", async () => {
    const { tools } = await (await agent("*")).listTools();
    const hints = Object.fromEntries(
      tools.map(({ name, annotations: { readOnlyHint, destructiveHint, idempotentHint } = {} }) => [
        name,
        [readOnlyHint && "reads", destructiveHint && "destroys", idempotentHint && "may repeat"].filter(Boolean).join(),
      ]),
    );
    expect(hints).toMatchObject({
      listMembers: "reads,may repeat",
      verifyApiKey: "reads,may repeat",
      createInvitation: "",
      updateMember: "destroys,may repeat",
      removeMember: "destroys,may repeat",
      rotateApiKey: "destroys",
    });
  });

  test("gives path, query, body and Idempotency-Key as the arguments of one object", async () => {
    const client = await agent("*");
    const { tools } = await client.listTools();
    expect(tools.find(({ name }) => name === "createInvitation")!.inputSchema).toMatchObject({
      type: "object",
      properties: {
        id: { type: "string" },
        email: { type: "string", format: "email" },
        idempotencyKey: { type: "string", maxLength: 255 },
      },
      required: ["id", "email"],
      additionalProperties: false,
    });
    const given = { id: organization, email: "guest@example.com", role: "viewer", idempotencyKey: "once" };
    const [first, again] = [
      await useTool(client, "createInvitation", given),
      await useTool(client, "createInvitation", given),
    ];
    expect([again, first.isError]).toEqual([first, false]);
    const { value } = await useTool(client, "listInvitations", { id: organization, limit: 10 });
    expect(value.data).toHaveLength(1);
  });
});

describe("a call of a tool is a request to its route", () => {
  test("it is recorded as what the key did, from where and with what", async () => {
    const { key, id } = await create({ scopes: ["roles:create", "organization:read"] });
    const client = await connectAgent(world.url, { ...bearer(key), "User-Agent": "agent/1" });
    await useTool(client, "createRole", { id: organization, name: "helper", permissions: ["organization:read"] });
    const { data } = await ada.bask.auditLogs.list(organization, { action: "role.created" });
    expect(data[0]).toMatchObject({ actorType: "key", actorId: id, ip: "127.0.0.1", userAgent: "agent/1" });
  });

  test("it is counted once, with the requests that are made otherwise", async () => {
    const { key } = await create({ scopes: ["organization:read"], rateLimit: 3 });
    const call = { name: "whoami", arguments: {} };
    const statuses = [
      await send(bearer(key), "tools/call", call),
      await world.fetch("/whoami", { headers: bearer(key) }),
    ];
    expect(statuses.map(({ headers }) => headers.get("x-ratelimit-remaining"))).toEqual(["2", "1"]);
    expect((await send(bearer(key), "tools/list")).headers.get("x-ratelimit-remaining")).toBe("0");
    const refused = await send(bearer(key), "tools/call", call);
    expect(await refused.json()).toMatchObject({
      result: { isError: true, structuredContent: { error: { code: "RATE_LIMITED", retryAfter: expect.any(Number) } } },
    });
    expect((await send(bearer(key), "tools/list")).status).toBe(429);
  });

  test("a key is refused from an IP address it may not be used from", async () => {
    const { key } = await create({ scopes: ["organization:read"], allowedIps: ["203.0.113.0/24"] });
    expect((await errorOf(await send(bearer(key), "tools/list"))).reason).toBe("key_ip_not_allowed");
    const call = await send(bearer(key), "tools/call", { name: "whoami", arguments: {} });
    expect(await call.text()).toContain("key_ip_not_allowed");
  });

  test("what goes wrong is an error of the tool, with code, sentence and the id of the request", async () => {
    const { key } = await create({ scopes: ["members:update", "organization:read"] });
    const headers = { ...bearer(key), "X-Request-Id": "asked-by-agent" };
    const client = await connectAgent(world.url, headers);
    const failure = async (name: string, given: object) => {
      const { isError, value } = await useTool(client, name, { ...given });
      expect(isError).toBe(true);
      return value.error as unknown as Record<string, unknown>;
    };
    expect(await failure("updateMember", { id: organization, memberId: "mem_unknown", role: "viewer" })).toEqual({
      code: "NOT_FOUND",
      message: "Not found, or you don't have access to it.",
      requestId: "asked-by-agent",
    });
    expect(await failure("updateMember", { id: organization, memberId: "mem_unknown", role: 7 })).toMatchObject({
      code: "VALIDATION_ERROR",
      details: [{ path: "role" }],
    });
    expect(await failure("updateMember", { memberId: "mem_unknown", role: "viewer" })).toMatchObject({
      details: [{ path: "id", message: "is required" }],
    });
    expect(await failure("getOrganization", { id: organization, nonsense: 1 })).toMatchObject({
      details: [{ path: "nonsense", message: "is not a known field" }],
    });
    expect(await failure("listMembers", { id: organization })).toMatchObject({
      code: "INSUFFICIENT_SCOPE",
      message: "The API key or token lacks the scope members:read.",
    });
    expect(client.callTool({ name: "login", arguments: {} })).rejects.toThrow("Unknown tool: login");
  });

  test("a path parameter stays one segment of the path", async () => {
    const client = await agent("organization:*", "members:read");
    const { isError } = await useTool(client, "getOrganization", { id: `${organization}/members` });
    expect(isError).toBe(true);
    expect((await useTool(client, "getOrganization", { id: `../${organization}` })).isError).toBe(true);
  });

  test("a result that no model can read is refused, and nothing of it is sent", async () => {
    const large = Response.json({ data: "a".repeat(100_000) });
    expect(resultOf(large)).rejects.toMatchObject({ code: "PAYLOAD_TOO_LARGE", reason: "tool_result" });
    expect(await resultOf(new Response(null, { status: 204 }))).toEqual({ content: [{ type: "text", text: "Done." }] });
  });
});

describe("who may ask", () => {
  test("API keys, as a bearer token or in X-API-Key, and not a user's own session", async () => {
    const { key } = await create();
    const { accessToken } = ada.bask.tokens()!;
    const unknown = key.replace(/.$/, (last) => (last === "a" ? "b" : "a"));
    const call = { name: "whoami", arguments: {} };
    for (const [method, params] of [
      ["tools/list", {}],
      ["tools/call", call],
      ["initialize", {}],
      ["nonsense", {}],
    ] as const) {
      const ask = (headers: Record<string, string>) => send(headers, method, params);
      for (const headers of [
        {},
        bearer(unknown),
        { "X-API-Key": unknown },
        bearer("nonsense"),
        bearer(accessToken),
      ] as Record<string, string>[]) {
        const refused = await ask(headers);
        expect(refused.status).toBe(401);
        expect(refused.headers.get("www-authenticate")).toStartWith("Bearer");
      }
      expect((await errorOf(await ask(bearer(accessToken)))).reason).toBe("agent_credential_required");
      expect((await ask({ ...bearer(key), "X-API-Key": key })).status).toBe(400);
      expect((await ask({ "X-API-Key": key })).status).not.toBe(401);
      expect((await ask(bearer(key))).status).not.toBe(401);
    }
  });

  test("and no message of a credential that does not work, of which the body is not waited for", async () => {
    const world = await openWorld();
    const ada = await world.person("Ada");
    const { id } = await ada.bask.organizations.create({ name: "Robots" });
    const { id: keyId, key } = await ada.bask.apiKeys.create(id, { name: "Robot" });
    await ada.bask.apiKeys.revoke(id, keyId);
    for (const token of ["wrong", key, key.replace(/.$/, "!")]) {
      const head = `POST /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json`;
      expect(statusOf(await sendRaw(world, `${head}\r\nContent-Length: 100\r\n\r\n`))).toBe(401);
    }
    await world.close();
  });

  test("no page of an origin that is not listed", async () => {
    const { key } = await create();
    const from = (origin: string) => send({ ...bearer(key), Origin: origin }, "tools/list");
    expect((await errorOf(await from("https://rebound.example"))).reason).toBe("origin_not_allowed");
    expect((await from("null")).status).toBe(403);
    expect((await from("https://app.example.com")).headers.get("access-control-allow-origin")).toBe(
      "https://app.example.com",
    );
    expect((await from("https://bask.test")).status).toBe(200);
  });

  test("no one where MCP is off", async () => {
    const without = await openWorld({ config: { mcp: false } });
    expect((await sendMessage(without.url, bearer("any"), {})).status).toBe(404);
    await without.close();
  });
});

describe("the endpoint", () => {
  test("has no sessions: it takes only POST, and a message needs no other before it", async () => {
    const { key } = await create();
    for (const method of ["GET", "DELETE"]) {
      const refused = await world.fetch("/mcp", { method, headers: bearer(key) });
      expect([refused.status, refused.headers.get("allow")]).toEqual([405, "POST"]);
    }
    const listed = await send(bearer(key), "tools/list");
    expect(listed.headers.has("mcp-session-id")).toBe(false);
    expect(await listed.json()).toMatchObject({ id: 1, result: { tools: expect.any(Array) } });
  });

  test("answers what is no message as the protocol says, and goes on", async () => {
    const headers = bearer((await create()).key);
    const status = async (body: unknown) => (await sendMessage(world.url, headers, body)).status;
    const deep = `${"[".repeat(30_000)}${"]".repeat(30_000)}`;
    for (const body of ["", "{", '"text"', "null", "[]", "{}", deep, '{"jsonrpc":"2.0","id":1}'])
      expect(await status(body)).toBe(400);
    expect(await status({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "a".repeat(100_000) } })).toBe(
      413,
    );
    expect(await status({ jsonrpc: "2.0", method: "notifications/initialized" })).toBe(202);
    const wrongType = { ...headers, "Content-Type": "text/plain" };
    expect((await sendMessage(world.url, wrongType, { jsonrpc: "2.0", id: 1, method: "ping" })).status).toBe(415);
    expect(await status({ jsonrpc: "2.0", id: 1, method: "ping" })).toBe(200);
  });

  test("every call in a batch of the older revisions is counted", async () => {
    const { key } = await create({ scopes: ["organization:read"], rateLimit: 5 });
    const call = (id: number) => ({
      jsonrpc: "2.0",
      id,
      method: "tools/call",
      params: { name: "whoami", arguments: {} },
    });
    const response = await sendMessage(
      world.url,
      bearer(key),
      Array.from({ length: 10 }, (_, i) => call(i)),
    );
    const results = (await response.json()) as { result: { isError?: true } }[];
    expect(results.filter(({ result }) => result.isError)).toHaveLength(6);
  });
});
