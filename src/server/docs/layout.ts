import { escapeHtml } from "../../html";

/** One page in the list at the side. */
export interface Link {
  path: string;
  title: string;
}

/** A page in the list, with what is on it. */
export interface PageLink extends Link {
  parts: readonly Link[];
}

export interface PageParts {
  appName: string;
  title: string;
  description: string;
  path: string;
  /** Pages by section, in the order people read them. */
  navigation: readonly { title: string; links: readonly PageLink[] }[];
  content: string;
  /** The kind of page, for its layout. */
  kind: "guide" | "reference";
}

/** A whole page of the documentation. It loads its styles and its script from this server, and nothing else. */
export function pageHtml({ appName, title, description, path, navigation, content, kind }: PageParts): string {
  const links = navigation.flatMap((section) => section.links);
  const at = links.findIndex((link) => link.path === path);
  const beside = (link: Link | undefined, word: string) =>
    link ? `<a href="${link.path}"><span>${word}</span>${escapeHtml(link.title)}</a>` : "<span></span>";
  return `<!doctype html>
<html lang="en" class="plain">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · ${escapeHtml(appName)} docs</title>
<meta name="description" content="${escapeHtml(description)}">
<link rel="alternate" type="text/markdown" href="${path}.md">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/docs.css">
<script src="/docs/docs.js"></script>
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<header class="top">
<button type="button" class="quiet menu" aria-expanded="false" aria-controls="navigation" hidden>Menu</button>
<a class="brand" href="/docs">${escapeHtml(appName)} <span>docs</span></a>
<search class="search" hidden><input type="search" aria-label="Search the docs" placeholder="Search" autocomplete="off" aria-controls="results"><kbd aria-hidden="true">/</kbd><ul id="results" aria-label="Search results" hidden></ul></search>
<div class="tools" hidden><button type="button" class="quiet credential">Credential</button><button type="button" class="quiet theme" aria-label="Theme"></button></div>
</header>
<div class="frame">
<nav id="navigation" aria-label="Documentation">
${navigation.map((section) => `<h2>${escapeHtml(section.title)}</h2><ul>${section.links.map((link) => linkHtml(link, path)).join("")}</ul>`).join("\n")}
</nav>
<main id="content" class="${kind}" tabindex="-1">
${kind === "guide" ? contentsHtml(content) : ""}<article>
${content}
<footer><div class="beside">${beside(links[at - 1], "Previous")}${beside(links[at + 1], "Next")}</div>
<p><a href="${path}.md">This page as Markdown</a> · <a href="/openapi.json">openapi.json</a> · <a href="/llms.txt">llms.txt</a></p></footer>
</article></main>
</div>
<dialog id="credential" aria-labelledby="credential-title">
<form method="dialog">
<h2 id="credential-title">Credential for “Try it”</h2>
<p>Requests go to this installation and do what they say. The credential stays in this tab and is forgotten when you close it.</p>
<label>API key or access token<input type="password" autocomplete="off" spellcheck="false"></label>
<p class="state" role="status"></p>
<div class="row"><button value="save" class="primary">Use it</button><button type="button" class="session">Use my session</button><button type="button" class="forget">Forget</button><button value="cancel" class="quiet">Close</button></div>
</form>
</dialog>
</body>
</html>`;
}

/** A page in the list at the side; the current one shows what is on it. */
function linkHtml({ path, title, parts }: PageLink, current: string): string {
  if (path !== current) return `<li><a href="${path}">${escapeHtml(title)}</a></li>`;
  const inside = parts.map((part) => `<li><a href="${part.path}">${escapeHtml(part.title)}</a></li>`).join("");
  return `<li><a href="${path}" aria-current="page">${escapeHtml(title)}</a>${inside && `<ul class="parts">${inside}</ul>`}</li>`;
}

/** The headings of a text, beside it where there is room. */
function contentsHtml(content: string): string {
  const headings = [...content.matchAll(/<h2 id="([^"]+)"><a[^>]*>([\s\S]*?)<\/a>/g)];
  if (headings.length < 3) return "";
  const links = headings.map(([, id, text]) => `<li><a href="#${id}">${text}</a></li>`).join("");
  return `<nav class="beside-text" aria-label="On this page"><h2>On this page</h2><ul>${links}</ul></nav>`;
}
