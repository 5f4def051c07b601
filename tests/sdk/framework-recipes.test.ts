import { beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Hono } from "hono";
import { Webhook } from "standardwebhooks";
import { isBaskError } from "../../src/sdk/client";
import { createApiKeyVerifier, verifyAccessToken, verifyWebhook } from "../../src/sdk/server";
import { installClients } from "../support/clients";
import { realTime } from "../support/clock";
import { freePort } from "../support/free-port";
import { temporaryFolder } from "../support/process";
import { openWorld, type Person, type World } from "../support/world";

/** A process of Bun does not find packages that came after it started. */
const isTooEarly = !existsSync(join(import.meta.dir, "../clients/node_modules/fastify"));
if (isTooEarly) console.log("SKIP recipes for Express and Fastify: they are installed now, for the next run.");
const packages = installClients();
const text = readFileSync(join(import.meta.dir, "../../docs/sdk.md"), "utf8");
const webhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

const python = findPython();
if (!python) console.log("SKIP the recipe for FastAPI: there is no python3 with fastapi and uvicorn.");

/** Keys that are refused, and how: also what is no key, and what no one sent. */
let wrongKeys: Record<string, { key?: string; status: number; code: string }>;
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
  const create = (name: string, more: { rateLimit?: number } = {}) =>
    ada.bask.apiKeys.create(organizationId, { name, scopes: ["usage:read"], ...more });
  const [revoked, exhausted] = await Promise.all([create("Old"), create("Busy", { rateLimit: 1 })]);
  await ada.bask.apiKeys.revoke(organizationId, revoked.id);
  await createApiKeyVerifier({ url: world.url, apiKey: gatewayKey })(exhausted.key);
  wrongKeys = {
    none: { status: 401, code: "NOT_FOUND" },
    empty: { key: "", status: 401, code: "NOT_FOUND" },
    wrong: { key: "bsk_live_wrong", status: 401, code: "NOT_FOUND" },
    long: { key: "x".repeat(12_000), status: 401, code: "NOT_FOUND" },
    revoked: { key: revoked.key, status: 401, code: "REVOKED" },
    "without the scope": { key: gatewayKey, status: 403, code: "INSUFFICIENT_SCOPE" },
    "at its limit": { key: exhausted.key, status: 429, code: "RATE_LIMITED" },
  };
});

/** Runs the recipe of a framework as it stands in docs/sdk.md. @returns what it exports */
function runRecipe<T>(title: string, given: Record<string, unknown>): T {
  const code = text.split(`### ${title}\n`)[1]!.split("```ts\n")[1]!.split("```")[0]!;
  const script = new Bun.Transpiler({ loader: "ts" })
    .transformSync(code)
    .replace(/^export (?=async function (\w+))/m, "return ");
  const all = { isBaskError, verifyAccessToken, verifyWebhook, url: world.url, webhookSecret, ...given };
  return new Function(...Object.keys(all), script.replace(/^export \{[^}]*\};?$/gm, ""))(...Object.values(all)) as T;
}

const bearer = (value: string) => ({ Authorization: `Bearer ${value}` });
/** Where nothing listens. */
const down = "http://127.0.0.1:9";
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
    expect((await fetch(`${at}/webhooks`, { method: "POST" })).status).toBe(400);
    await new Promise((resolve) => server.close(resolve));
    const alone = express();
    runRecipe("Express", { app: alone, express, url: down });
    const other = alone.listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const to = `http://127.0.0.1:${other.address().port}`;
    expect((await fetch(to, { headers: bearer(token) })).status).toBe(503);
    await new Promise((resolve) => other.close(resolve));
  });

  test("Hono take API keys", async () => {
    const at = (url: string) => {
      const app = new Hono<{ Variables: { organizationId: string } }>();
      runRecipe("Hono", { app, verifyApiKey: createApiKeyVerifier({ url, apiKey: gatewayKey }) });
      app.get("/api/x", (context) => context.text(context.get("organizationId")));
      return async (headers: Record<string, string>) => {
        const response = await app.request("/api/x", { headers });
        return `${response.status} ${await response.text()}`;
      };
    };
    const answer = at(world.url);
    expect(await answer({ "X-API-Key": key })).toBe(`200 ${organizationId}`);
    for (const [name, wrong] of Object.entries(wrongKeys))
      expect([name, await answer(wrong.key === undefined ? {} : { "X-API-Key": wrong.key })]).toEqual([
        name,
        `${wrong.status} ${JSON.stringify({ code: wrong.code })}`,
      ]);
    expect(await at(down)({ "X-API-Key": key })).toBe('503 {"code":"UNAVAILABLE"}');
  });

  test.skipIf(isTooEarly)("Fastify take users", async () => {
    const app = (await framework("fastify"))();
    runRecipe("Fastify", { app });
    app.get("/me", (request: { user: object }) => Promise.resolve(request.user));
    expect((await app.inject({ url: "/me", headers: bearer(token) })).json()).toMatchObject({ userId: id });
    expect((await app.inject({ url: "/me", headers: bearer(altered()) })).statusCode).toBe(401);
    await app.close();
    const alone = (await framework("fastify"))();
    runRecipe("Fastify", { app: alone, url: down });
    alone.get("/me", () => Promise.resolve("in"));
    expect((await alone.inject({ url: "/me", headers: bearer(token) })).statusCode).toBe(503);
    await alone.close();
  });

  test("Next.js take users", async () => {
    const handler = runRecipe<(request: Request) => Promise<Response>>("Next.js", {});
    const get = (headers: Record<string, string>) => handler(new Request("http://localhost/api/projects", { headers }));
    expect(await (await get(bearer(token))).json()).toEqual({ owner: id });
    expect((await get(bearer(altered()))).status).toBe(401);
    expect((await get({})).status).toBe(401);
    const alone = runRecipe<(request: Request) => Promise<Response>>("Next.js", { url: down });
    expect((await alone(new Request("http://localhost/", { headers: bearer(token) }))).status).toBe(503);
  });

  test.skipIf(!python)("FastAPI take signed webhooks and API keys", async () => {
    using folder = temporaryFolder();
    const recipe = text.split("### Python\n")[1]!.split("### Go\n")[0]!;
    const blocks = [...recipe.matchAll(/^```python\n(.*?)^```$/gms)].map(([, code]) => code);
    writeFileSync(
      join(folder.path, "main.py"),
      `import os
from fastapi import Depends, FastAPI, Header, HTTPException, Request

app = FastAPI()
BASK_URL, GATEWAY_KEY, WEBHOOK_SECRET = os.environ["BASK_URL"], "${gatewayKey}", "${webhookSecret}"
${blocks.join("\n\n")}`,
    );
    const start = async (url: string) => {
      const port = await freePort();
      const command = [python!, "-m", "uvicorn", "main:app", "--port", String(port)];
      const env = { ...process.env, BASK_URL: url };
      const child = Bun.spawn(command, { cwd: folder.path, env, stdout: "ignore", stderr: "pipe" });
      for await (const line of child.stderr.pipeThrough(new TextDecoderStream())) if (line.includes("running")) break;
      return { child, at: `http://127.0.0.1:${port}` };
    };
    const [{ child, at }, alone] = await Promise.all([start(world.url), start(down)]);
    const answer = async (headers: Record<string, string>, from = at) => {
      const response = await fetch(`${from}/usage`, { headers });
      return `${response.status} ${await response.text()}`;
    };
    expect(await answer({ "X-API-Key": key })).toBe(`200 ${JSON.stringify({ organization: organizationId })}`);
    for (const [name, wrong] of Object.entries(wrongKeys))
      expect([name, await answer(wrong.key === undefined ? {} : { "X-API-Key": wrong.key })]).toEqual([
        name,
        `${wrong.status} ${JSON.stringify({ detail: wrong.code })}`,
      ]);
    expect(await answer({ "X-API-Key": key }, alone.at)).toMatch(/^503 /);

    const body = '{"type":"member.left"}';
    const now = new Date();
    const headers = {
      "webhook-id": "evt_1",
      "webhook-timestamp": String(Math.floor(now.getTime() / 1_000)),
      "webhook-signature": new Webhook(webhookSecret).sign("evt_1", now, body),
    };
    const deliver = async (body: string, more: object = {}) =>
      (await fetch(`${at}/webhooks`, { method: "POST", headers: { ...headers, ...more }, body })).status;
    expect(await deliver(body)).toBe(204);
    expect([await deliver(`${body} `), await deliver(body, { "webhook-signature": "v1,é" })]).toEqual([400, 400]);
    for (const process of [child, alone.child]) process.kill();
    await Promise.all([child.exited, alone.child.exited]);
  });
});

/** A Python that has FastAPI and a server for it: that of the system has Debian's packages, where another one comes first. */
function findPython(): string | undefined {
  const has = (path: string) => Bun.spawnSync([path, "-c", "import fastapi, uvicorn"]).exitCode === 0;
  return [Bun.which("python3"), "/usr/bin/python3"].find(
    (path): path is string => path !== null && existsSync(path) && has(path),
  );
}
