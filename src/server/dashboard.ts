import type { App } from "../app";
import { escapeHtml } from "../html";
import { fileResponse, type NewHeaders, textResponse } from "../http/responses";
import { basePath, type PlainRoute } from "../http/route";
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

/** The dashboard: one page for all of its paths, and the files it loads, whose names change with their content. */
export const dashboardRoutes: readonly PlainRoute[] = [
  { path: "/dashboard", respond: page },
  { path: "/dashboard/*", respond: page },
  {
    path: "/dashboard/assets/*",
    respond(app, headers, request) {
      const { files } = dashboardOf(app);
      const name = new URL(request.url).pathname.split("/").at(-1)!;
      if (!Object.hasOwn(files, name)) throw new Problem("NOT_FOUND");
      const encoding = encodingFor(request.headers.get("accept-encoding") ?? "");
      const file = Bun.file(dashboardFile(encoding ? `${name}.${encoding.suffix}` : name));
      return fileResponse(files[name]!, file, encoding?.name, headers);
    },
  },
];

function page(app: App, headers: NewHeaders) {
  headers.set("Content-Security-Policy", policy);
  return textResponse("text/html", html(app, dashboardOf(app)), headers);
}

/** Read once: what a process serves stays the same when another builds anew. */
const dashboards = new WeakMap<App, DashboardFiles>();

/** @throws Problem NOT_FOUND where the dashboard is turned off or was not built */
function dashboardOf(app: App): DashboardFiles {
  const built = app.config.dashboard ? (dashboards.get(app) ?? builtDashboard()) : undefined;
  if (!built) throw new Problem("NOT_FOUND");
  dashboards.set(app, built);
  return built;
}

function html({ config }: App, { script, styles, theme }: DashboardFiles) {
  // Behind a proxy the server may be below a path.
  const base = new URL(config.publicUrl).pathname.replace(/\/$/, "");
  const assets = `${base}/dashboard/assets`;
  const product = escapeHtml(config.appName);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<meta name="bask-product" content="${product}">
<meta name="bask-base" content="${base}">
<meta name="bask-api" content="${escapeHtml(config.publicUrl)}${basePath}">
<title>${product}</title>
<link rel="icon" href="data:,">
<script src="${assets}/${theme}"></script>
<link rel="stylesheet" href="${assets}/${styles}">
<script type="module" src="${assets}/${script}"></script>
</head>
<body>
<div id="root"><noscript>The dashboard of ${product} needs JavaScript.</noscript></div>
</body>
</html>
`;
}

function encodingFor(accepted: string) {
  if (/\bbr\b/.test(accepted)) return { name: "br", suffix: "br" };
  if (/\bgzip\b/.test(accepted)) return { name: "gzip", suffix: "gz" };
  return undefined;
}
