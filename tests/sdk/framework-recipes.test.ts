import { beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Hono } from "hono";
import { Webhook } from "standardwebhooks";
import { createApiKeyVerifier, verifyAccessToken, verifyWebhook } from "../../src/sdk/server";
import { installClients } from "../support/clients";
import { realTime } from "../support/clock";
import { freePort } from "../support/free-port";
import { openWorld, type Person, type World } from "../support/world";

/** A process of Bun does not find packages that came after it started. */
const isTooEarly = !existsSync(join(import.meta.dir, "../clients/node_modules/fastify"));
if (isTooEarly) console.log("SKIP recipes for Express and Fastify: they are installed now, for the next run.");
const packages = installClients();
const text = readFileSync(join(import.meta.dir, "../../docs/sdk.md"), "utf8");
const webhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

let world: World;
let ada: Person;
let token: string;
let id: string;
let key: string;
let organizationId: string;
let gatewayKey: string;
beforeAll(async () => {
  const port = await freePort();
  world = await openWorld({ time: realTime(), port, config: { publicUrl: `http://127.0.0.1:${port}` } });
  ada = await world.person("Ada");
  token = ada.bask.tokens()!.accessToken;
  ({ id } = await ada.bask.me.get());
  ({ id: organizationId } = await ada.bask.organizations.create({ name: "Acme" }));
  ({ key } = await ada.bask.apiKeys.create(organizationId, { name: "Robot", scopes: ["usage:read"] }));
  ({ key: gatewayKey } = await ada.bask.apiKeys.create(organizationId, {
    name: "Gateway",
    scopes: ["api-keys:verify"],
  }));
});

/** Runs the recipe of a framework as it stands in docs/sdk.md. @returns what it exports */
function runRecipe<T>(title: string, given: Record<string, unknown>): T {
  const code = text.split(`### ${title}\n`)[1]!.split("```ts\n")[1]!.split("```")[0]!;
  const script = new Bun.Transpiler({ loader: "ts" })
    .transformSync(code)
    .replace(/^export (?=async function (\w+))/m, "return ");
  const all = { verifyAccessToken, verifyWebhook, url: world.url, webhookSecret, ...given };
  return new Function(...Object.keys(all), script.replace(/^export \{[^}]*\};?$/gm, ""))(...Object.values(all)) as T;
}

const bearer = (value: string) => ({ Authorization: `Bearer ${value}` });
const altered = () => `${token.slice(0, -2)}${token.endsWith("AA") ? "BB" : "AA"}`;
const framework = async (name: string) => (await import(join(packages, name))).default;

describe("the recipes of docs/sdk.md for", () => {
  test.skipIf(isTooEarly)("Express take signed webhooks and users", async () => {
    const express = await framework("express");
    const app = express();
    runRecipe("Express", { app, express });
    app.get("/me", (_: unknown, response: { locals: { user: object }; json(value: object): void }) =>
      response.json(response.locals.user),
    );
    const server = app.listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const at = `http://127.0.0.1:${server.address().port}`;
    const body = '{"type":"member.left"}';
    const now = new Date();
    const headers = {
      "Content-Type": "application/json",
      "webhook-id": "evt_1",
      "webhook-timestamp": String(Math.floor(now.getTime() / 1_000)),
      "webhook-signature": new Webhook(webhookSecret).sign("evt_1", now, body),
    };
    const deliver = (body: string) => fetch(`${at}/webhooks`, { method: "POST", headers, body });
    expect([(await deliver(body)).status, (await deliver(`${body} `)).status]).toEqual([204, 400]);
    expect(await (await fetch(`${at}/me`, { headers: bearer(token) })).json()).toMatchObject({ userId: id });
    expect((await fetch(`${at}/me`, { headers: bearer(altered()) })).status).toBe(401);
    expect((await fetch(`${at}/me`)).status).toBe(401);
    await new Promise((resolve) => server.close(resolve));
  });

  test("Hono take API keys", async () => {
    const app = new Hono<{ Variables: { organizationId: string } }>();
    runRecipe("Hono", { app, verifyApiKey: createApiKeyVerifier({ url: world.url, apiKey: gatewayKey }) });
    app.get("/api/x", (context) => context.text(context.get("organizationId")));
    const answer = async (key: string) => (await app.request("/api/x", { headers: { "X-API-Key": key } })).text();
    expect(await answer(key)).toBe(organizationId);
    expect(JSON.parse(await answer(gatewayKey))).toEqual({ code: "INSUFFICIENT_SCOPE" });
    expect(JSON.parse(await answer("bsk_live_wrong"))).toEqual({ code: expect.any(String) });
  });

  test.skipIf(isTooEarly)("Fastify take users", async () => {
    const app = (await framework("fastify"))();
    runRecipe("Fastify", { app });
    app.get("/me", (request: { user: object }) => Promise.resolve(request.user));
    expect((await app.inject({ url: "/me", headers: bearer(token) })).json()).toMatchObject({ userId: id });
    expect((await app.inject({ url: "/me", headers: bearer(altered()) })).statusCode).toBe(401);
    await app.close();
  });

  test("Next.js take users", async () => {
    const handler = runRecipe<(request: Request) => Promise<Response>>("Next.js", {});
    const get = (headers: Record<string, string>) => handler(new Request("http://localhost/api/projects", { headers }));
    expect(await (await get(bearer(token))).json()).toEqual({ owner: id });
    expect((await get(bearer(altered()))).status).toBe(401);
    expect((await get({})).status).toBe(401);
  });
});
