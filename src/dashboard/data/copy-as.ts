import { type AdminBask, withAdmin } from "../../sdk/admin";
import { createClient } from "../../sdk/client";
import { type ApiDocument, operationAt } from "./openapi";

/** An act of the API, done with a client: with that of the page, or with one that only records it. */
export type Act<Result = unknown> = (bask: AdminBask) => Promise<Result>;

/** An act as others can repeat it: what a shell types, and what a program calls. */
export interface Repeatable {
  curl: string;
  typescript: string;
  /** The variable with the credential; undefined where it takes none. */
  credential: keyof typeof credentials | undefined;
  /** The permission that an API key needs for it. */
  permission: string | undefined;
}

/** How each credential is sent, and given to a client. */
const credentials = {
  BASK_API_KEY: { header: "X-API-Key: $BASK_API_KEY", option: "apiKey: process.env.BASK_API_KEY" },
  BASK_ACCESS_TOKEN: {
    header: "Authorization: Bearer $BASK_ACCESS_TOKEN",
    option: 'tokens: { accessToken: process.env.BASK_ACCESS_TOKEN!, refreshToken: "" }',
  },
} as const;

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
const basePath = "/api/v1";

/**
 * Records the request that the SDK makes for an act, without sending it.
 * @param server the URL before the base path
 * @param document which says what credential the request takes: API keys where it takes them, or else an access token
 * @throws what the act does, where it needs something that was not entered yet
 */
export async function repeatable(act: Act, server: string, document: ApiDocument): Promise<Repeatable> {
  let sent: { method: string; url: string; body: string | undefined } | undefined;
  let call = "";
  const recorder = createClient({
    url: server,
    apiKey: "recorded",
    retries: 0,
    fetch: async (url, { method, body }) => {
      sent = { method: method ?? "GET", url, body };
      return new Response(null, { status: 204 });
    },
  });
  await act(named(withAdmin(recorder), "bask", (name, input) => (call = `await ${name}(${argumentsOf(input)});`)));
  if (!sent) throw new Error("The act sent nothing.");
  const { method, url, body } = sent;
  const path = new URL(url).pathname.slice(new URL(server).pathname.replace(/\/$/, "").length + basePath.length);
  const operation = operationAt(document, method, path);
  const accepted = operation?.security.flatMap((one) => Object.keys(one)) ?? [];
  const credential = accepted.includes("apiKey")
    ? "BASK_API_KEY"
    : accepted.includes("accessToken")
      ? "BASK_ACCESS_TOKEN"
      : undefined;
  const lines = [`curl -X ${method} ${quoted(url)}`];
  if (credential) lines.push(`-H "${credentials[credential].header}"`);
  if (body !== undefined) lines.push(`-H 'Content-Type: application/json'`, `-d ${quoted(body)}`);
  const option = credential ? `, ${credentials[credential].option}` : "";
  const client = `createClient({ url: ${JSON.stringify(server)}${option} })`;
  const isOfOperators = call.startsWith("await bask.admin.");
  return {
    credential,
    permission: credential === "BASK_API_KEY" ? operation?.["x-required-permission"] : undefined,
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
const argumentsOf = (input: unknown[]) =>
  input
    .filter((value) => value !== undefined)
    .map(literal)
    .join(", ");

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
