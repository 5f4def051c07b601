import { escapeHtml } from "../../html";

const words =
  "const|await|async|import|from|new|return|export|function|if|try|catch|for|of|in|throw|type|interface|class|def|print|with|as|not|else|true|false|null|True|False|None|curl|export|echo|bun|npx";
const tokens = new RegExp(
  [
    /(?<comment>(?:^|(?<=\s))(?:#|\/\/)[^\n]*)/,
    /(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)/,
    new RegExp(`(?<word>\\b(?:${words})\\b)`),
    /(?<number>\b\d[\d_.]*\b)/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gm",
);

/** Code as HTML, with its comments, strings, words and numbers marked. */
export function highlight(code: string, language: string): string {
  if (language === "http" || language === "text" || language === "") return escapeHtml(code);
  let html = "";
  let at = 0;
  for (const match of code.matchAll(tokens)) {
    const [kind] = Object.entries(match.groups!).find(([, text]) => text !== undefined)!;
    const isName = kind === "string" && /^\s*:/.test(code.slice(match.index + match[0].length)) && language === "json";
    html += escapeHtml(code.slice(at, match.index));
    html += `<span class="${isName ? "name" : kind}">${escapeHtml(match[0])}</span>`;
    at = match.index + match[0].length;
  }
  return html + escapeHtml(code.slice(at));
}
