import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

/** The revisions of the protocol that are tested: the one with a handshake, and the one without. */
export const revisions = ["2025-11-25", "2026-07-28"] as const;
export type Revision = (typeof revisions)[number];

/** The official client, connected to a server with these headers. */
export async function connectAgent(
  url: string,
  headers: Record<string, string>,
  revision: Revision = "2026-07-28",
): Promise<Client> {
  const mode = revision === "2026-07-28" ? { pin: revision } : "legacy";
  const client = new Client({ name: "agent", version: "1.0.0" }, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL("/mcp", url), { requestInit: { headers } }));
  return client;
}

export const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

/** What a tool answered: its JSON, and whether it is an error. */
export async function useTool(client: Client, name: string, given: Record<string, unknown> = {}) {
  const { structuredContent, isError = false, content } = await client.callTool({ name, arguments: given });
  return { value: structuredContent as Record<string, never>, isError, content };
}

/** Sends one message as it is, or a text in its place. */
export const sendMessage = (url: string, headers: Record<string, string>, message: unknown): Promise<Response> =>
  fetch(new URL("/mcp", url), {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json, text/event-stream", ...headers },
    body: typeof message === "string" ? message : JSON.stringify(message),
  });
