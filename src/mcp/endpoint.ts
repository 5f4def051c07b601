import { setImmediate as othersTurn } from "node:timers/promises";
import type { CallToolResult } from "@modelcontextprotocol/server";
import { version } from "../../package.json";
import type { Actor } from "../access/actor";
import { findPrincipal, findToken } from "../access/authenticate";
import type { App } from "../app";
import { type Credential, findCredential } from "../http/credential";
import { errorResponse, type NewHeaders } from "../http/responses";
import { type Route, route } from "../http/route";
import { mcpMetadataUrl, mcpPath } from "../oauth/resources";
import { defaultScopes, supportedScopes } from "../oauth/scopes";
import { Problem } from "../problems";
import type { Serve } from "../server/pipeline";
import { instructionsFor, offerTo } from "./caller";
import { calledTool, readMessage, requestFor, requireAllowedOrigin } from "./requests";
import { resultOf } from "./results";
import { requestOf, type Tool, type ToolRequest, toolsOf } from "./tools";

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
  let made: Promise<ReadonlyMap<string, Tool>> | undefined;
  const tools = () => (made ??= toolsOf(routes));
  const maxBytes = Math.max(...routes.map(({ maxBodyBytes }) => maxBodyBytes)) + envelopeBytes;
  const server = { name: app.config.appName, version, websiteUrl: `${app.config.publicUrl}/docs` };
  const metadata = `resource_metadata="${mcpMetadataUrl(app.config)}"`;
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
    const response = await admit(request, headers).catch((error) =>
      errorResponse(app, error, request, headers.requestId, headers),
    );
    if (response.status === 401) addMetadata(response);
    return response;
  };

  async function admit(request: Request, headers: NewHeaders): Promise<Response> {
    requireAllowedOrigin(app, request.headers);
    const credential = findCredential(request.headers.get("authorization"), request.headers.get("x-api-key"));
    if (!credential) throw new Problem("UNAUTHORIZED");
    // A message of no one is not read. Without one the caller is found as for a message that calls no tool, and refused.
    const message = (await isKnown(credential)) ? await readMessage(request, maxBytes) : undefined;
    return orTimeout(respond(request, headers, message));
  }

  /** Whether a credential works, looked up and not counted. What it may do is decided by the requests that are made with it. */
  async function isKnown({ kind, text }: Credential): Promise<boolean> {
    const now = app.clock.now();
    if (kind === "key") return now < ((await findPrincipal(app, text, now))?.life.worksUntil ?? 0);
    try {
      return kind === "token" && (await findToken(app, text)) !== undefined;
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return false;
      throw error;
    }
  }

  /** Tells clients where they get a credential (RFC 9728, 5.1), and which scopes to begin with (RFC 6750, 3). */
  function addMetadata({ headers }: Response) {
    const [, error] = /^Bearer (.+)$/.exec(headers.get("www-authenticate") ?? "") ?? [];
    headers.set(
      "WWW-Authenticate",
      `Bearer ${error ? `${error}, ` : ""}scope="${defaultScopes.join(" ")}", ${metadata}`,
    );
  }

  async function respond(request: Request, headers: NewHeaders, message: unknown): Promise<Response> {
    let caller: Actor | undefined;
    /** Set where the credential is not accepted, or an app must ask for more: that is the response then, whatever the message is. */
    let refused: Response | undefined;

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
      if (response.status === 401) refused = response;
      if (refused) return { content: [] };
      const result = await resultOf(response).catch((error) => resultOf(refuse(error)));
      if (response.status === 403 && lacksScope(result)) refused = askForScope(tool.route.needs);
      return result;
    }

    /** How an app is told which scope it lacks (RFC 6750, 3.1); undefined for what no app is given. */
    function askForScope(scope: string | undefined): Response | undefined {
      if (!scope || !supportedScopes.includes(scope)) return undefined;
      const challenge = `Bearer error="insufficient_scope", scope="${scope}", ${metadata}`;
      const problem = { reason: "app_scope", values: { scope }, headers: { "WWW-Authenticate": challenge } } as const;
      return refuse(new Problem("INSUFFICIENT_SCOPE", problem));
    }

    const known = await tools();
    if (!known.has(calledTool(message) ?? "")) {
      const refusedAs = await refusal();
      if (refusedAs) return refusedAs;
    }
    const { answerMessage } = await loadProtocol();
    const answer = await answerMessage(request, message, server, {
      instructions: instructionsFor(caller),
      tools: async () => {
        const isOffered = await offerTo(app, caller!);
        return [...known.values()].flatMap(({ route, definition }) => (isOffered(route) ? definition : []));
      },
      call(name, given) {
        const tool = known.get(name);
        return tool && call(tool, given);
      },
    });
    if (refused) return refused;
    const type = answer.headers.get("content-type");
    if (type) headers.set("Content-Type", type);
    return headers.other(answer.status, answer.body);
  }
}

/** The library is loaded by the first message, and others have their turn before it does something for the first time. */
async function loadProtocol() {
  protocol ??= import("./protocol").then((loaded) => othersTurn(loaded));
  return protocol;
}
let protocol: Promise<typeof import("./protocol")> | undefined;

/** Whether an app failed for a scope that it was not given. */
const lacksScope = ({ structuredContent }: CallToolResult): boolean =>
  (structuredContent as { error?: { reason?: string } } | undefined)?.error?.reason === "app_scope";

const limitHeader = /^(?:x-)?ratelimit|^retry-after$/;

/** @throws Problem UNAVAILABLE */
function orTimeout<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Problem("UNAVAILABLE", { reason: "timeout" })), messageTimeout);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}
