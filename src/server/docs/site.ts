import { escapeHtml } from "../../html";
import type { RouteGroup } from "../../http/route";
import { type ProblemCode, problems } from "../../problems";
import { webhookPayloads } from "../../webhooks/payloads.contract";
import { exampleOf } from "../openapi/examples";
import { openSchemas } from "../openapi/schemas";
import { eventSummary } from "../openapi/webhooks";
import { readProjectFile } from "./files";
import { guides } from "./guides";
import { type Link, pageHtml } from "./layout";
import { errorsMarkdown, groupMarkdown, markdownHtml } from "./markdown";
import { groupHtml } from "./operation-html";
import { errorsPath, eventsPath, groupPath } from "./paths";
import { referenceOf, titleOf } from "./reference";

/** What a site is made for. */
export interface Installation {
  appName: string;
  /** Where it is, `https://api.example.com`. */
  origin: string;
}

/** A page of the documentation: what it is called, and how it is made, as Markdown and as HTML. */
export interface DocsPage extends Link {
  section: string;
  description: string;
  kind: "guide" | "reference";
  markdown(installation: Installation): string;
  content(installation: Installation): string;
  /** What is on it, for the list at the side. */
  parts: readonly Link[];
}

/** Every page, in the order people read them; `docsPaths` has their paths. */
export function docsPages(groups: readonly RouteGroup[]): readonly DocsPage[] {
  return [
    ...guides.map(guidePage),
    ...groups.map(groupPage),
    writtenPage(
      "Reference",
      eventsPath,
      "Webhook events",
      "What webhooks send, by the type of the event.",
      eventsMarkdown,
    ),
    writtenPage("Reference", errorsPath, "Errors", "Every error code, its status, its sentence and its causes.", () =>
      errorsMarkdown(errorsIntro),
    ),
  ];
}

function writtenPage(
  section: string,
  path: string,
  title: string,
  description: string,
  write: (installation: Installation) => string,
): DocsPage {
  return {
    section,
    path,
    title,
    description,
    kind: "guide",
    markdown: write,
    content: (installation) => markdownHtml(write({ ...installation, appName: escapeHtml(installation.appName) })),
    parts: [],
  };
}

/** A file of `docs/`, with the address of the installation in its examples and its links as the site has them. */
const guidePage = ({ section, path, title, description, file }: (typeof guides)[number]): DocsPage =>
  writtenPage(section, path, title, description, ({ origin, appName }) =>
    readProjectFile(`docs/${file}`)
      .replaceAll("https://api.example.com", origin)
      .replaceAll(/\bBask\b/g, appName)
      .replace(/\[([^\]]+)\]\((?!https?:|#|\/)([^)#]+)(#[^)]*)?\)/g, (_, text, target, anchor = "") =>
        linkTo(text, target, anchor),
      ),
  );

/** A link between files as a link between pages; the text alone, where a file has no page. */
function linkTo(text: string, target: string, anchor: string): string {
  const name = target.replace(/^(\.\.?\/)*(docs\/)?/, "");
  const guide = guides.find(({ file }) => file === name || file === `guides/${name}`);
  return guide ? `[${text}](${guide.path}${anchor})` : text;
}

function groupPage(group: RouteGroup): DocsPage {
  const { name, description } = group;
  return {
    section: "API",
    path: groupPath(group),
    title: name,
    description,
    kind: "reference",
    markdown: ({ origin }) => groupMarkdown(name, description, referenceOf(group, origin)),
    content: ({ origin }) => groupHtml(name, description, referenceOf(group, origin)),
    parts: group.routes.map((route) => ({ path: `#${route.operationId}`, title: titleOf(route) })),
  };
}

const errorsIntro = `# Errors

Every error has a status, a code and a sentence for people. Branch on the code, and on the reason where a code has several causes. New codes and reasons can be added; treat those you do not know by their status.

\`\`\`json
{
  "error": {
    "code": "VALIDATION_ERROR",
    "message": "Some fields are not valid. See details.",
    "requestId": "0b6f5f0e-7a43-4c1e-9c34-0d5c4a6f2a11",
    "details": [{ "path": "email", "message": "must be an email address" }]
  }
}
\`\`\`

A request with \`Accept: application/problem+json\` gets errors as RFC 9457 has them, with the same code and reason.

Send \`requestId\` when you ask for help: it is in the log of the server.`;

function eventsMarkdown(): string {
  const { of, components } = openSchemas();
  const events = Object.entries(webhookPayloads).map(([type, payload]) => {
    const example = exampleOf(of(payload, "response"), components);
    return `## ${type}\n\n${eventSummary(type)}\n\n\`\`\`json\n${JSON.stringify(example, null, 2)}\n\`\`\`\n`;
  });
  return `# Webhook events\n\nA webhook gets the types of event that it asks for. The guide on webhooks says how they are signed and repeated.\n\n${events.join("\n")}`;
}

/** A page as a browser gets it. */
export function renderPage(page: DocsPage, pages: readonly DocsPage[], installation: Installation): string {
  const sections = Map.groupBy(pages, ({ section }) => section);
  return pageHtml({
    ...page,
    appName: installation.appName,
    navigation: [...sections].map(([title, links]) => ({ title, links })),
    content: page.content(installation),
  });
}

/** The words of a text or of HTML, each once, as the search compares them. */
const wordsOf = (...texts: string[]): string => {
  const words = texts
    .join(" ")
    .replaceAll(/<[^>]*>|&\w+;/g, " ")
    .toLowerCase();
  return [...new Set(words.match(/[\p{L}\p{N}]+/gu))].join(" ");
};

/** What the search of the site looks through. */
export function searchIndex(pages: readonly DocsPage[], groups: readonly RouteGroup[], installation: Installation) {
  const guidePages = pages.filter(({ kind, section }) => kind === "guide" && section !== "Reference");
  /** What the first pages touch on has a page of its own, which is the one to find. */
  const isExplained = ({ section }: DocsPage) => section !== "Start";
  const ofPages = pages.map(({ title, path, section, description }) => ({
    title,
    path,
    where: section,
    words: wordsOf(description),
  }));
  const ofOperations = groups.flatMap((group) =>
    group.routes.map((route) => ({
      title: titleOf(route),
      path: `${groupPath(group)}#${route.operationId}`,
      where: `${route.method} ${route.path}`,
      words: wordsOf(route.operationId, route.summary, route.description),
    })),
  );
  const ofHeadings = guidePages.flatMap((page) =>
    page
      .content(installation)
      .split(/(?=<h[23] id=")/)
      .flatMap((part) => {
        const words = isExplained(page) ? wordsOf(part) : "";
        const [, id, heading] = /^<h[23] id="([^"]+)"><a[^>]*>([\s\S]*?)<\/a>/.exec(part) ?? [];
        if (id === undefined) return { title: page.title, path: page.path, where: page.section, words };
        const title = heading!.replaceAll(/<[^>]+>/g, "");
        return { title, path: `${page.path}#${id}`, where: page.title, words };
      }),
  );
  const ofErrors = (Object.keys(problems) as ProblemCode[]).map((code) => ({
    title: code,
    path: `${errorsPath}#${code.toLowerCase()}`,
    where: `Error ${problems[code].status}`,
    words: wordsOf(problems[code].message, ...Object.keys(problems[code].reasons ?? {})),
  }));
  const introductions = new Map(ofHeadings.map((entry) => [entry.path, entry.words]));
  return [
    ...ofPages.map((page) => ({ ...page, words: wordsOf(page.words, introductions.get(page.path) ?? "") })),
    ...ofHeadings.filter(({ path }) => path.includes("#")),
    ...ofOperations,
    ...ofErrors,
  ];
}

/** `llms.txt`: what there is to read, for programs that read. */
export function llmsText(pages: readonly DocsPage[], { appName, origin }: Installation): string {
  const sections = [...Map.groupBy(pages, ({ section }) => section)].map(
    ([section, links]) =>
      `## ${section}\n\n${links.map(({ title, path, description }) => `- [${title}](${origin}${path}.md): ${description}`).join("\n")}`,
  );
  return `# ${appName}

> Users who sign in, organizations they belong to, and API keys for machines, over a JSON API at ${origin}/api/v1. The OpenAPI 3.1 document is at ${origin}/openapi.json.

${sections.join("\n\n")}
`;
}
