import type { Access } from "../../src/http/route";
import { routeGroups } from "../../src/server/routes";

const table = /<!-- routes -->[\s\S]*?<!-- \/routes -->/;

const callers: Record<Access, string> = {
  anyone: "anyone",
  user: "person",
  actor: "person or key",
  operator: "operator",
  holder: "who holds a token",
};

/** The README with its table of routes brought up to date. */
export function withRoutes(readme: string): string {
  const rows = routeGroups.flatMap(({ routes }) =>
    routes.map(({ method, path, access, summary }) => `| ${method} | \`${path}\` | ${callers[access]} | ${summary} |`),
  );
  return readme.replace(table, () =>
    ["<!-- routes -->", "| | route | who | what |", "|---|---|---|---|", ...rows, "<!-- /routes -->"].join("\n"),
  );
}
