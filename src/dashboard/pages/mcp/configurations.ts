/**
 * What clients of the Model Context Protocol are told to use a server with an API key, each in its own form. None holds the key itself: files like
 * these end up in repositories.
 * @param prompt what VS Code asks for the key with
 */
export function configurations(product: string, url: string, prompt: string) {
  const name = nameOf(product);
  const variable = `${name.toUpperCase().replaceAll("-", "_")}_API_KEY`;
  const input = `${name}-api-key`;
  const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });
  return {
    claude: `claude mcp add --transport http ${name} ${url} --header "Authorization: Bearer $${variable}"`,
    cursor: json({ mcpServers: { [name]: { url, headers: bearer(`\${env:${variable}}`) } } }),
    code: json({
      inputs: [{ type: "promptString", id: input, description: prompt, password: true }],
      servers: { [name]: { type: "http", url, headers: bearer(`\${input:${input}}`) } },
    }),
    codex: `[mcp_servers.${name}]\nurl = "${url}"\nbearer_token_env_var = "${variable}"`,
    other: json({ mcpServers: { [name]: { type: "http", url, headers: bearer(`\${${variable}}`) } } }),
  };
}

/** A product's name as those of servers are written. */
const nameOf = (product: string): string =>
  product
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "") || "api";

const json = (value: unknown): string => JSON.stringify(value, null, 2);
