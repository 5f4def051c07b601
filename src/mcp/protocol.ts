import {
  type CallToolResult,
  createMcpHandler,
  type Implementation,
  isLegacyRequest,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type Tool,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";

/** What one request may ask for. */
export interface Exchange {
  /** What agents are told about this server. */
  instructions: string;
  tools(): Promise<Tool[]>;
  /** Undefined for a tool that does not exist. */
  call(tool: string, given: Record<string, unknown>): Promise<CallToolResult> | undefined;
}

/**
 * Answers one message of the Model Context Protocol, of the revision 2026-07-28 or of those with a handshake that came before it. Nothing is kept
 * between messages. This is the only file that knows the library, which is loaded by the first message: a start does without it.
 * @param message the body of the request, parsed; undefined where it is not JSON
 */
export async function answerMessage(
  request: Request,
  message: unknown,
  server: Implementation,
  exchange: Exchange,
): Promise<Response> {
  if (message === undefined) return refuse(new ProtocolError(ProtocolErrorCode.ParseError, "Parse error"));
  const open = () => openServer(server, exchange);
  const parsed = { parsedBody: message };
  if (!(await isLegacyRequest(request, message))) {
    const handler = createMcpHandler(open, { legacy: "reject" });
    // Nothing that clients could subscribe to changes: a subscription is confirmed and ends.
    return handler.fetch(request, parsed).finally(handler.close);
  }
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  const legacy = open();
  await legacy.connect(transport);
  return transport.handleRequest(request, parsed).finally(() => legacy.close());
}

const refuse = ({ code, message }: ProtocolError) =>
  Response.json({ jsonrpc: "2.0", id: null, error: { code, message } }, { status: 400 });

/** `McpServer` would validate arguments by schemas of its own; ours are validated by the routes' contracts, so this is the plain one. */
function openServer(implementation: Implementation, { instructions, tools, call }: Exchange): Server {
  const server = new Server(implementation, { capabilities: { tools: {} }, instructions, jsonSchemaValidator });
  let listed: ReturnType<typeof tools> | undefined;
  const list = () => (listed ??= tools());
  server.setRequestHandler("tools/list", async () => ({ tools: await list() }));
  server.setRequestHandler("tools/call", async ({ params }) => {
    const result = call(params.name, params.arguments ?? {});
    if (!result) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${params.name.slice(0, 100)}`);
    return server.projectCallToolResult(await result, undefined);
  });
  return server;
}

/** Only what users are asked in the middle of a call is validated with it, and no one is. The default would be compiled for each message. */
const jsonSchemaValidator = {
  getValidator: () => (input: unknown) => ({ valid: true as const, data: input as never, errorMessage: undefined }),
};
