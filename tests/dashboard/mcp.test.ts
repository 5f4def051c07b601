import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { configurations } from "../../src/dashboard/pages/mcp/configurations";

const guide = (name: string) => {
  const text = readFileSync(join(import.meta.dir, `../../docs/guides/connect-${name}.md`), "utf8");
  return [...text.matchAll(/^```(?:json|sh)\n(.*?)^```$/gms)].map(([, code]) => code!.trim());
};
const shown = configurations("Bask", "https://api.example.com/mcp", "API key of Bask");

test("what the dashboard shows to copy is what the guides say", () => {
  expect(guide("claude")[0]).toBe(shown.claude);
  expect(JSON.parse(guide("claude")[1]!)).toEqual(JSON.parse(shown.other));
  expect(JSON.parse(guide("cursor")[0]!)).toEqual(JSON.parse(shown.cursor));
  expect(JSON.parse(guide("vs-code")[0]!)).toEqual(JSON.parse(shown.code));
  expect(Bun.TOML.parse(shown.codex)).toEqual({
    mcp_servers: { bask: { url: "https://api.example.com/mcp", bearer_token_env_var: "BASK_API_KEY" } },
  });
});

test("a server is named after the product, in letters, digits and hyphens", () => {
  const names = ["Acme & Söhne", "日本", "--"].map(
    (product) => Object.keys(JSON.parse(configurations(product, "", "").cursor).mcpServers)[0],
  );
  expect(names).toEqual(["acme-sohne", "api", "api"]);
});
