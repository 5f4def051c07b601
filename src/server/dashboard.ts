import { resourceKinds } from "../access/resource-kinds";
import type { App } from "../app";
import { dashboardPath, usesOwnPages } from "../config/pages";
import { extension } from "../extensions/extension";
import { escapeHtml } from "../html";
import { fileResponse, type NewHeaders, textResponse } from "../http/responses";
import { basePath, type PlainRoute } from "../http/route";
import { mcpPath } from "../oauth/resources";
import { Problem } from "../problems";
import { builtDashboard, type DashboardFiles, dashboardFile } from "./dashboard-build";

/** Files and requests of this server, and nothing else; no text becomes a script. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

/**
 * Where emails lead. These pages are served also where the dashboard is turned off, so that every link works; a product with pages of its own
 * at these paths of APP_URL serves them instead.
 */
const emailPaths = ["/verify-email", "/reset-password", "/sign-in-link", "/undo-email-change", "/invitations"];

/** The dashboard and what emails lead to: one page for all paths, and the files it loads, whose names change with their content. */
export const dashboardRoutes: readonly PlainRoute[] = [
  { path: dashboardPath, respond: page },
  { path: `${dashboardPath}/*`, respond: page },
  ...emailPaths.map(
    (path): PlainRoute => ({
      path,
      respond: (app, headers, request) => send(headers, emailPage(app, path, request.url)),
    }),
  ),
  {
    path: `${dashboardPath}/assets/*`,
    respond(_app, headers, request) {
      const { files } = built();
      const name = new URL(request.url).pathname.split("/").at(-1)!;
      if (!Object.hasOwn(files, name)) throw new Problem("NOT_FOUND");
      const encoding = encodingFor(request.headers.get("accept-encoding") ?? "");
      const file = Bun.file(dashboardFile(encoding ? `${name}.${encoding.suffix}` : name));
      return fileResponse(files[name]!, file, encoding?.name, headers);
    },
  },
];

/** @throws Problem NOT_FOUND where the dashboard is turned off */
function page(app: App, headers: NewHeaders) {
  if (!app.config.dashboard) throw new Problem("NOT_FOUND");
  // Behind a proxy the server may be below a path.
  const base = new URL(app.config.publicUrl).pathname.replace(/\/$/, "");
  return send(headers, html(app, `${base}${dashboardPath}`, { base }));
}

/** Its files are beside it, because APP_URL may have another path than this server. */
const emailPage = (app: App, path: string, url: string) =>
  html(app, new URL(url).pathname.endsWith("/") ? `..${dashboardPath}` : `.${dashboardPath}`, { path });

function send(headers: NewHeaders, text: string) {
  headers.set("Content-Security-Policy", policy);
  return textResponse("text/html", text, headers);
}

/** Read once: what a process serves stays the same when another builds anew. */
let files: DashboardFiles | undefined;

/** @throws Problem NOT_FOUND where nothing was built */
function built(): DashboardFiles {
  files ??= builtDashboard();
  if (!files) throw new Problem("NOT_FOUND");
  return files;
}

function html({ config }: App, at: string, { base = "", path = "" }) {
  const { script, styles, theme } = built();
  const meta = {
    product: config.appName,
    /** The path below which the server is; pages of emails find it by their own. */
    base,
    path,
    api: config.publicUrl + basePath,
    /** The product's own pages, as JSON. */
    links: JSON.stringify(extension.links ?? []),
    mcp: config.mcp ? config.publicUrl + mcpPath : "",
    /** How the ids of resources begin that keys can be bound to. */
    resources: Object.values(resourceKinds)
      .map((prefix) => `${prefix}_`)
      .join(" "),
    /** Where people go on after an email; the dashboard where nothing is said. */
    home: usesOwnPages(config) ? "" : config.appUrl,
  };
  const product = escapeHtml(config.appName);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
${Object.entries(meta)
  .map(([name, content]) => `<meta name="bask-${name}" content="${escapeHtml(content)}">`)
  .join("\n")}
<title>${product}</title>
<link rel="icon" href="data:,">
<script src="${at}/assets/${theme}"></script>
<link rel="stylesheet" href="${at}/assets/${styles}">
<script type="module" src="${at}/assets/${script}"></script>
</head>
<body>
<div id="root"><noscript>The pages of ${product} need JavaScript.</noscript></div>
</body>
</html>
`;
}

function encodingFor(accepted: string) {
  if (/\bbr\b/.test(accepted)) return { name: "br", suffix: "br" };
  if (/\bgzip\b/.test(accepted)) return { name: "gzip", suffix: "gz" };
  return undefined;
}
