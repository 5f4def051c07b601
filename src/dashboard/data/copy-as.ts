import { type AdminBask, withAdmin } from "../../sdk/admin";
import { createClient } from "../../sdk/client";
import { apiUrl } from "./client";

/** An act as others can repeat it: what a shell types, and what a program calls. */
export interface Repeatable {
  curl: string;
  typescript: string;
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** Records the request that the SDK makes for an act, without sending it. */
export async function repeatable(act: (bask: AdminBask) => unknown): Promise<Repeatable> {
  const server = apiUrl.slice(0, -"/api/v1".length);
  let sent: { method: string; url: string; body: string | undefined } | undefined;
  const recorder = createClient({
    url: server,
    apiKey: "$BASK_API_KEY",
    retries: 0,
    fetch: async (url, { method, body }) => {
      sent = { method: method ?? "GET", url, body };
      return new Response(null, { status: 204 });
    },
  });
  let call = "";
  await act(
    named(withAdmin(recorder), "bask", (name, input) => (call = `await ${name}(${input.map(literal).join(", ")});`)),
  );
  const { method, url, body } = sent!;
  const lines = [`curl -X ${method} ${quoted(url)}`, `-H "X-API-Key: $BASK_API_KEY"`];
  if (body !== undefined) lines.push(`-H 'Content-Type: application/json'`, `-d ${quoted(body)}`);
  const client = `createClient({ url: ${JSON.stringify(server)}, apiKey: process.env.BASK_API_KEY })`;
  const isOfOperators = call.startsWith("await bask.admin.");
  return {
    curl: lines.join(" \\\n  "),
    typescript: [
      'import { createClient } from "bask";',
      ...(isOfOperators ? ['import { withAdmin } from "bask/admin";'] : []),
      "",
      `const bask = ${isOfOperators ? `withAdmin(${client})` : client};`,
      call,
    ].join("\n"),
  };
}

const literal = (value: unknown) => JSON.stringify(value, null, 2).replaceAll(/^(\s*)"(\w+)":/gm, "$1$2:");

/** The client, telling what is called of it by its name. */
function named<Node extends object>(of: Node, name: string, tell: (name: string, input: unknown[]) => void): Node {
  return new Proxy(of, {
    get(target, property) {
      const value = Reflect.get(target, property) as unknown;
      const path = `${name}.${String(property)}`;
      if (typeof value === "function") {
        return (...input: unknown[]) => {
          tell(path, input);
          return value.apply(target, input);
        };
      }
      return typeof value === "object" && value !== null ? named(value, path, tell) : value;
    },
  });
}
