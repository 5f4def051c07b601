import { describe, expect, test } from "bun:test";
import { german } from "../../src/dashboard/text/de";
import { english } from "../../src/dashboard/text/en";

type Sentence = string | ((...input: never[]) => string);

/** Every sentence of a catalog by its path. */
function sentences(catalog: object, path = ""): Map<string, Sentence> {
  return new Map(
    Object.entries(catalog).flatMap(([name, value]): [string, Sentence][] =>
      typeof value === "object" ? [...sentences(value, `${path}${name}.`)] : [[`${path}${name}`, value as Sentence]],
    ),
  );
}

/** Words that both languages have: names, and terms of the field. */
const shared = new Set(
  `~/.codex/config.toml: API-Key App Apps Bask Code Codex Claude Code Cursor Enterprise Enter Esc Free HTTP Hash ID Installation JSON Live MCP Name OK Optional Passkey Passkeys In Pipeline PostgreSQL Pro
  Scopes Server SQLite Status System Tab Team Test TypeScript URL Variable Version VS Webhook Webhooks Website Claims ↑ ↓ / ?`.split(
    /\s+/,
  ),
);
const isShared = (sentence: string) => sentence.split(" ").every((word) => shared.has(word));

describe("the catalogs of sentences", () => {
  const [en, de] = [sentences(english), sentences(german)];

  test("have the same messages", () => {
    expect([...de.keys()].toSorted()).toEqual([...en.keys()].toSorted());
  });

  test("differ in each, but for names and terms that both languages have", () => {
    const same = [...en].filter(
      ([path, sentence]) => typeof sentence === "string" && sentence === de.get(path) && !isShared(sentence),
    );
    expect(same).toEqual([]);
  });

  test("say the same of what they are given", () => {
    for (const [path, sentence] of en) {
      if (typeof sentence !== "function") continue;
      const given = ["<first>", "<second>", "<third>"].slice(0, sentence.length);
      // Numbers, people as they come from the API, and lists.
      const inputs = [given, given.map(() => 4711), [{ fullName: "<first>", email: "<second>" }, "<third>"], [given]];
      const mentioned = (say: Sentence, input: unknown[]) => {
        const said = (say as (...input: unknown[]) => string)(...input);
        return ["<first>", "<second>", "<third>", "4711"].filter((one) => said.includes(one));
      };
      const taken = inputs.filter((input) => {
        try {
          return mentioned(sentence, input).length > 0;
        } catch {
          return false;
        }
      });
      expect([path, taken.length > 0]).toEqual([path, true]);
      for (const input of taken)
        expect([path, mentioned(de.get(path)!, input)]).toEqual([path, mentioned(sentence, input)]);
    }
  });
});

/** What people read or hear of an element, when it is a literal. */
const spoken =
  /\b(?:children|label|title|about|help|action|placeholder|alt|caption|empty|"aria-label"): "([^"]*[a-z]{2}[^"]*)"/g;
/** Lines of code and names, which are the same in every language. */
const isCode = (literal: string) => !literal.includes(" ") && /[./@:_]/.test(literal);

test("pages show no sentence that is not in the catalogs", async () => {
  const transpiler = new Bun.Transpiler({ loader: "tsx", tsconfig: { compilerOptions: { jsx: "react-jsx" } } });
  const found: string[] = [];
  for await (const path of new Bun.Glob("src/dashboard/**/*.tsx").scan()) {
    const code = transpiler.transformSync(await Bun.file(path).text());
    for (const [, literal] of code.matchAll(spoken)) if (!isCode(literal!)) found.push(`${path}: ${literal}`);
  }
  expect(found).toEqual([]);
});
