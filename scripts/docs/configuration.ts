import type { Variable } from "../../src/config/variable";
import { variables } from "../../src/config/variables";

type Entry = [name: string, variable: Variable];
const entries: Entry[] = Object.entries(variables);
const groups = Object.entries(Object.groupBy(entries, ([, { group }]) => group)) as [string, Entry[]][];

const rules = [
  "Every variable has a default. White space around a value does not count, and a blank one is not set. A value that cannot be",
  "used stops the start, before anything is written, with a sentence that names the variable.",
];

/** The whole of docs/configuration.md. */
export function configurationPage(): string {
  return [
    "# Configuration",
    "",
    "Bask reads environment variables, and `.env` in the folder it is started in.",
    ...rules,
    "A variable marked **secret** can also be given as a file, for example `SECRET_KEY_FILE=/run/secrets/bask`.",
    "",
    "In `.env` put a value with `#` in quotes, and write `\\$` for `$`. Docker's `--env-file` takes quotes as a part of the value: leave them out.",
    "",
    "Written by `bun run docs` from `src/config/variables.ts`.",
    ...groups.flatMap(([group, entries]) => [
      "",
      `## ${group}`,
      "",
      "| Variable | Default | Meaning |",
      "|---|---|---|",
      ...entries.map(row),
    ]),
    "",
  ].join("\n");
}

function row([name, { doc, default: text, otherwise, example, secret }]: Entry): string {
  const standard = otherwise?.replace("<", "&lt;") ?? (text ? code(text) : "none");
  const meaning = [doc, example && `Example: ${code(example)}`, secret && "**Secret.**"].filter(Boolean).join(" ");
  return `| ${code(name)} | ${standard} | ${meaning} |`;
}

const code = (text: string) => `\`${text}\``;

/** The whole of .env.example: every variable, none of them set. */
export function environmentExample(): string {
  const secrets = entries.filter(([, { secret }]) => secret).map(([name]) => `${name}_FILE`);
  return [
    ...comment(rules.join(" ")),
    ...comment(`A secret can also be given as a file: ${secrets.join(", ")}.`),
    ...comment(
      "Here a value with # needs quotes, and $ is written \\$. docs/configuration.md has the same as a table.",
    ),
    ...groups.flatMap(([group, entries]) => ["", `# ── ${group} ──`, ...entries.flatMap(assignment)]),
    "",
  ].join("\n");
}

function assignment([name, { doc, default: text, otherwise, example }]: Entry): string[] {
  const standard = otherwise ?? (text || "none");
  return ["", ...comment(`${doc} Default: ${standard}`), `#${name}=${example ?? text ?? ""}`];
}

/** Lines of at most 120 characters. */
function comment(text: string): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    if (lines.at(-1)!.length + word.length > 117) lines.push("");
    lines.push(`${lines.pop()} ${word}`);
  }
  return lines.map((line) => `#${line}`);
}
