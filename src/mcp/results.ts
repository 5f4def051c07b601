import type { CallToolResult } from "@modelcontextprotocol/server";
import { Problem } from "../problems";

/** Characters a result may have: what a model can still read beside everything else. */
const maxResult = 100_000;

/** What a response of the API is as the result of a tool: its JSON, as text and as it is. An error keeps its code, sentence and request id. @throws Problem PAYLOAD_TOO_LARGE */
export async function resultOf(response: Response): Promise<CallToolResult> {
  const text = await response.text();
  if (text === "") return { content: [{ type: "text", text: "Done." }] };
  if (text.length > maxResult)
    throw new Problem("PAYLOAD_TOO_LARGE", { reason: "tool_result", values: { limit: maxResult } });
  const value: unknown = JSON.parse(text);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return {
    content: [{ type: "text", text }],
    ...(isObject && { structuredContent: value as Record<string, unknown> }),
    ...(!response.ok && { isError: true }),
  };
}
