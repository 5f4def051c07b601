import type { Access } from "../../src/http/route";
import { routeGroups } from "../../src/server/routes";

const callers: Record<Access, string> = {
  anyone: "anyone",
  user: "user",
  actor: "user or API key",
  operator: "operator",
  holder: "user, or a token in the body",
};

/** `docs/routes.md`: every route, by group. */
export function routesPage(): string {
  const sections = routeGroups.map(({ name, description, routes }) =>
    [
      `## ${name}`,
      "",
      description,
      "",
      "| | route | caller | needs | what it does |",
      "|---|---|---|---|---|",
      ...routes.map(
        ({ method, path, access, needs, summary }) =>
          `| ${method} | \`${path}\` | ${callers[access]} | ${needs ? `\`${needs}\`` : ""} | ${summary} |`,
      ),
      "",
    ].join("\n"),
  );
  return `# Routes

Generated from the routes by \`bun run docs\`. Every path also answers below \`/api/v1\`. A running server shows the shapes of requests and responses at
\`/docs\` and in \`/openapi.json\`.

${sections.join("\n")}`;
}
