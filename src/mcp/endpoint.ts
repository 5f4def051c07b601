import type { CallToolResult } from "@modelcontextprotocol/server";
import { version } from "../../package.json";
import type { Actor } from "../access/actor";
import type { App } from "../app";
import { parseJson, readBytes } from "../http/body";
import { findCredential } from "../http/credential";
import { flawsOf } from "../http/flaws";
import { errorResponse, type NewHeaders } from "../http/responses";
import { basePath, type Route, route } from "../http/route";
import { Problem } from "../problems";
import type { Serve } from "../server/pipeline";
import { resultOf } from "./results";
import { mayUse, requestOf, type Tool, type ToolRequest, toolsOf } from "./tools";

export const mcpPath = "/mcp";

/** Milliseconds a message may take. */
const messageTimeout = 60_000;
/** Bytes a message may have beside the body of a request. */
const envelopeBytes = 16 * 1024;

/** Answers messages of the Model Context Protocol. */
export type RespondToAgent = (request: Request, headers: NewHeaders) => Promise<Response>;

/**
 * The Model Context Protocol over HTTP, without sessions. Each call of a tool is a request to its route, served by the same pipeline with the
 * credential of the message, and so found, counted, limited and recorded like every other; messages that call no tool are counted as one request.
 */
export function openMcp(app: App, routes: readonly Route[], serve: Serve): RespondToAgent {
  let made: ReadonlyMap<string, Tool> | undefined;
  const tools = () => (made ??= toolsOf(routes));
  const maxBytes = Math.max(...routes.map(({ maxBodyBytes }) => maxBodyBytes)) + envelopeBytes;
  const server = { name: app.config.appName, version, websiteUrl: `${app.config.publicUrl}/docs` };
  const callers = new WeakMap<Request, Actor>();
  /** Finds who sends a message that calls no tool. */
  const callerRoute = route("POST", mcpPath, {
    operationId: "mcp",
    access: "actor",
    summary: "Send a message of the Model Context Protocol",
    description: "Answers a message of the Model Context Protocol.",
    rawBody: true,
    response: null,
    run: ({ actor, request }) => void callers.set(request, actor),
  });

  return async (request, headers) => {
    try {
      requireAllowedOrigin(app, request.headers);
      if (!findCredential(request.headers.get("authorization"), request.headers.get("x-api-key")))
        throw new Problem("UNAUTHORIZED");
      return await orTimeout(respond(request, headers, await readMessage(request, maxBytes)));
    } catch (error) {
      return errorResponse(app, error, request, headers.requestId, headers);
    }
  };

  async function respond(request: Request, headers: NewHeaders, message: unknown): Promise<Response> {
    let caller: Actor | undefined;
    /** Set where the credential is not accepted: that is the response then, whatever the message is. */
    let unauthorized: Response | undefined;

    const refuse = (error: unknown) => errorResponse(app, error, request, headers.requestId, headers);

    async function ask(route: Route, { params, ...parts }: ToolRequest): Promise<Response> {
      const asked = requestFor(request, headers, route, parts);
      const response = await serve(route, { request: asked, params, agentRequest: request });
      for (const [name, value] of response.headers) if (limitHeader.test(name)) headers.set(name, value);
      caller = callers.get(asked);
      return response;
    }

    /** How the caller of a message that calls no tool is refused. */
    async function refusal(): Promise<Response | undefined> {
      const response = await ask(callerRoute, { params: {}, target: mcpPath, headers: {}, body: undefined });
      return caller ? undefined : response;
    }

    async function askTool(tool: Tool, given: Record<string, unknown>): Promise<Response> {
      try {
        return await ask(tool.route, requestOf(tool, given));
      } catch (error) {
        return (await refusal()) ?? refuse(error);
      }
    }

    async function call(tool: Tool, given: Record<string, unknown>): Promise<CallToolResult> {
      const response = await askTool(tool, given);
      if (response.status !== 401) return resultOf(response).catch((error) => resultOf(refuse(error)));
      unauthorized = response;
      return { content: [] };
    }

    if (!tools().has(calledTool(message) ?? "")) {
      const refused = await refusal();
      if (refused) return refused;
    }
    const { answerMessage } = await import("./protocol");
    const answer = await answerMessage(request, message, server, {
      instructions: instructionsFor(caller),
      tools: () => [...tools().values()].flatMap(({ route, definition }) => (mayUse(route, caller!) ? definition : [])),
      call(name, given) {
        const tool = tools().get(name);
        return tool && call(tool, given);
      },
    });
    if (unauthorized) return unauthorized;
    const type = answer.headers.get("content-type");
    if (type) headers.set("Content-Type", type);
    return headers.other(answer.status, answer.body);
  }
}

/** What is read of a message's request by the requests that are made for it. */
const carriedHeaders = ["authorization", "x-api-key", "user-agent", "traceparent"];

function requestFor(
  carrier: Request,
  { requestId }: NewHeaders,
  { method }: Route,
  { target, headers, body }: Omit<ToolRequest, "params">,
): Request {
  const carried = carriedHeaders.flatMap((name) => {
    const value = carrier.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return new Request(new URL(basePath + target, "http://localhost"), {
    method,
    headers: {
      ...Object.fromEntries(carried),
      "x-request-id": requestId,
      "content-type": "application/json",
      ...headers,
    },
    ...(method !== "GET" && { body: JSON.stringify(body ?? {}) }),
  });
}

/**
 * Browsers say which page a request comes from. A page that made its own name lead to this server (DNS rebinding) is not among those that may call.
 * @throws Problem FORBIDDEN
 */
function requireAllowedOrigin({ config: { publicUrl, appUrl, corsOrigins } }: App, headers: Headers) {
  const origin = headers.get("origin");
  if (origin === null) return;
  const allowed = [new URL(publicUrl).origin, new URL(appUrl).origin, ...corsOrigins];
  if (!allowed.includes(origin)) throw new Problem("FORBIDDEN", { reason: "origin_not_allowed" });
}

/** The JSON of a message; undefined for what is none, or is nested deeper than any message. @throws Problem PAYLOAD_TOO_LARGE, BAD_REQUEST */
async function readMessage(request: Request, maxBytes: number): Promise<unknown> {
  const bytes = await readBytes(request, maxBytes);
  try {
    const message = parseJson(bytes);
    return flawsOf(message).some(({ fatal }) => fatal) ? undefined : message;
  } catch {
    return undefined;
  }
}

/** The name of the tool that a message calls. */
function calledTool(message: unknown): string | undefined {
  const { method, params } = (message ?? {}) as { method?: unknown; params?: { name?: unknown } | null };
  const name = method === "tools/call" ? params?.name : undefined;
  return typeof name === "string" ? name : undefined;
}

const limitHeader = /^(?:x-)?ratelimit|^retry-after$/;

/** What an agent should know before it calls the first tool. */
function instructionsFor(actor: Actor | undefined): string {
  const who =
    actor?.kind === "key"
      ? ` You act as the API key ${actor.keyId} of the organization ${actor.organizationId}: where a tool asks for the id of an organization, give this one.`
      : actor?.kind === "personal_token"
        ? ` You act for the user ${actor.creatorId}, in these organizations: ${[...actor.standings.keys()].slice(0, 20).join(", ")}.`
        : "";
  return `Each tool is one operation of the API.${who} Lists come in pages: give \`nextCursor\` as \`cursor\` to go on. An error names its code, says what to do, and has the id of the request.`;
}

/** @throws Problem UNAVAILABLE */
function orTimeout<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Problem("UNAVAILABLE", { reason: "timeout" })), messageTimeout);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}
