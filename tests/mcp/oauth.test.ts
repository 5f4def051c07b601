import { beforeAll, describe, expect, test } from "bun:test";
import {
  Client,
  type OAuthClientProvider,
  type OAuthTokens,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from "@modelcontextprotocol/client";
import type { ClientRow } from "../../src/oauth/clients.sql";
import { freePort } from "../support/free-port";
import { bearer, connectAgent, revisions, sendMessage, useTool } from "../support/mcp";
import { agree, connect, post, redirectUri, registerApp, requestOf } from "../support/oauth";
import { admit } from "../support/organizations";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let acme: string;
let app: ClientRow;
let resource: string;
beforeAll(async () => {
  const port = await freePort();
  world = await openWorld({ port, config: { publicUrl: `http://127.0.0.1:${port}` } });
  ada = await world.person("Ada");
  acme = (await ada.bask.organizations.create({ name: "Acme" })).id;
  app = await registerApp(world);
  resource = `${world.url}/mcp`;
});

const metadata = () => `resource_metadata="${world.url}/.well-known/oauth-protected-resource/mcp"`;
const send = (token: string, method: string, params: object = {}) =>
  sendMessage(world.url, bearer(token), { jsonrpc: "2.0", id: 1, method, params });
const tokenOf = async (scope: string, person = ada) =>
  (await connect(world, person, acme, app, { scope, resource })).access_token!;
const toolsOf = async (token: string) => {
  const { result } = (await (await send(token, "tools/list")).json()) as { result: { tools: { name: string }[] } };
  return result.tools.map(({ name }) => name);
};

/** An app that keeps what it is given in memory, and a person who agrees to what it asks for. */
function provider(person: Person) {
  let tokens: OAuthTokens | undefined;
  let verifier = "";
  let discovered: Awaited<ReturnType<NonNullable<OAuthClientProvider["discoveryState"]>>>;
  const asked: URL[] = [];
  const kept: OAuthClientProvider = {
    redirectUrl: redirectUri,
    clientMetadata: { redirect_uris: [redirectUri], client_name: "Example App" },
    clientInformation: () => ({ client_id: app.id }),
    tokens: () => tokens,
    saveTokens: (given) => {
      tokens = given;
    },
    redirectToAuthorization: (url) => void asked.push(url),
    saveCodeVerifier: (given) => {
      verifier = given;
    },
    codeVerifier: () => verifier,
    discoveryState: () => discovered,
    saveDiscoveryState: (state) => {
      discovered = state;
    },
  };
  /** What the browser brings back from the latest request. */
  const answer = async () => {
    const { pathname, search } = asked.at(-1)!;
    return (await agree(person, acme, await requestOf(world, pathname + search))).searchParams;
  };
  return { kept, asked, answer };
}

describe("the official client", () => {
  for (const revision of revisions) {
    test(`at ${revision} finds its way from the refusal to a token and its tools`, async () => {
      const { kept, asked, answer } = provider(ada);
      const open = () => {
        const mode = revision === "2026-07-28" ? { pin: revision } : ("legacy" as const);
        const client = new Client({ name: "agent", version: "1.0.0" }, { versionNegotiation: { mode } });
        const transport = new StreamableHTTPClientTransport(new URL(resource), { authProvider: kept });
        return { client, transport };
      };
      const first = open();
      const refused = await first.client.connect(first.transport).catch((error) => error);
      expect(refused).toBeInstanceOf(UnauthorizedError);
      expect(asked[0]!.searchParams.get("resource")).toBe(resource);
      await first.transport.finishAuth(await answer());

      const second = open();
      await second.client.connect(second.transport);
      expect((await useTool(second.client, "whoami")).value).toMatchObject({ type: "app", organizationId: acme });
      const { data } = (await useTool(second.client, "listMembers", { id: acme })).value;
      expect(data).toHaveLength(1);
    });
  }

  test("asks for more where a tool needs it, and then may use the tool", async () => {
    const { kept, asked, answer } = provider(ada);
    await kept.saveTokens({
      access_token: await tokenOf("members:read"),
      token_type: "Bearer",
      scope: "members:read",
      issuer: world.url,
    } as OAuthTokens);
    const transport = new StreamableHTTPClientTransport(new URL(resource), { authProvider: kept });
    const client = new Client({ name: "agent", version: "1.0.0" }, { versionNegotiation: { mode: "auto" } });
    await client.connect(transport);
    const given = { id: acme, name: "helper", permissions: ["members:read"] };
    await expect(client.callTool({ name: "createRole", arguments: given })).rejects.toThrow();
    expect(asked.at(-1)!.searchParams.get("scope")!.split(" ").sort()).toEqual(["members:read", "roles:create"]);
    await transport.finishAuth(await answer());
    expect((await useTool(client, "createRole", given)).isError).toBe(false);
  });
});

describe("an app", () => {
  test("is offered the tools of its scopes that its user may use at that moment", async () => {
    const grace = await world.person("Grace");
    const memberId = await admit(world, acme, grace, "member");
    const scope = "members:read roles:read organization:delete audit-logs:read";
    const ofOwner = await tokenOf(scope);
    const hers = await tokenOf(scope, grace);
    expect((await toolsOf(ofOwner)).sort()).toEqual([
      "deleteOrganization",
      "getOwnershipTransfer",
      "listAuditLogs",
      "listMembers",
      "listRoles",
      "whoami",
    ]);
    expect((await toolsOf(hers)).sort()).toEqual(["getOwnershipTransfer", "listMembers", "listRoles", "whoami"]);
    await ada.bask.members.update(acme, memberId, { role: "viewer" });
    expect((await toolsOf(hers)).sort()).toEqual(["getOwnershipTransfer", "listMembers", "whoami"]);
    await ada.bask.members.remove(acme, memberId);
    expect((await send(hers, "tools/list")).status).toBe(401);
  });

  test("is told which scope it lacks, and nothing of it where no app is given that scope", async () => {
    const token = await tokenOf("members:read");
    const call = (name: string) => send(token, "tools/call", { name, arguments: { id: acme, name: "New" } });
    const lacking = await call("updateOrganization");
    expect(lacking.status).toBe(403);
    expect(lacking.headers.get("www-authenticate")).toBe(
      `Bearer error="insufficient_scope", scope="organization:update", ${metadata()}`,
    );
    const never = await call("createApiKey");
    expect([never.status, await never.text()]).toEqual([200, expect.stringContaining("INSUFFICIENT_SCOPE")]);
  });

  test("is refused with a token for another service, and with one that was revoked", async () => {
    const { access_token: ofApi } = await connect(world, ada, acme, app, { scope: "members:read" });
    const elsewhere = await send(ofApi!, "tools/list");
    // An agent without a token is told with which scopes to begin.
    const scope = "organization:read members:read invitations:read roles:read api-keys:read usage:read";
    expect([elsewhere.status, elsewhere.headers.get("www-authenticate")]).toEqual([
      401,
      `Bearer error="invalid_token", scope="${scope}", ${metadata()}`,
    ]);
    const token = await tokenOf("members:read");
    expect((await world.fetch("/whoami", { headers: bearer(token) })).status).toBe(401);
    await post(world, "/oauth/revoke", { client_id: app.id, token });
    expect((await send(token, "tools/call", { name: "whoami", arguments: {} })).status).toBe(401);
  });

  test("acts under its own name", async () => {
    const client = await connectAgent(world.url, bearer(await tokenOf("roles:create members:read")));
    await useTool(client, "createRole", { id: acme, name: "recorded", permissions: ["members:read"] });
    const { data } = await ada.bask.auditLogs.list(acme, { action: "role.created" });
    expect(data[0]).toMatchObject({ actorType: "grant", details: { name: "recorded" } });
  });
});
